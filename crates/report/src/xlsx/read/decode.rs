//! Text files in the encodings that Chinese spreadsheet programs write: UTF-8 and UTF-16 with their marks, UTF-8
//! without one, GB18030 (which includes GBK and GB 2312). Decoded piece by piece into UTF-8.

use std::io::{self, Read, Seek};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8};

/// Tells the encoding by its mark, or by whether the whole file is valid UTF-8.
pub(crate) fn encoding_of(file: &mut (impl Read + Seek)) -> io::Result<&'static Encoding> {
    file.rewind()?;
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut input = vec![0_u8; 64 << 10];
    let mut output = vec![0_u8; 256 << 10];
    let mut first = true;
    let found = loop {
        let read = file.read(&mut input)?;
        let bytes = input.get(..read).unwrap_or_default();
        if first && let Some((encoding, _)) = Encoding::for_bom(bytes) {
            break encoding;
        }
        first = false;
        let (_, _, _, replaced) = decoder.decode_to_utf8(bytes, &mut output, read == 0);
        if replaced {
            break GB18030;
        }
        if read == 0 {
            break UTF_8;
        }
    };
    file.rewind()?;
    Ok(found)
}

/// Reads a file as UTF-8, whatever it is encoded in.
pub(crate) struct Decoded<R> {
    file: R,
    decoder: Decoder,
    input: Vec<u8>,
    /// The part of `input` that is not decoded yet.
    left: (usize, usize),
    ready: Vec<u8>,
    /// The part of `ready` that was not asked for yet.
    given: (usize, usize),
    at_end: bool,
    finished: bool,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(file: R, encoding: &'static Encoding) -> Self {
        let (input, ready) = (vec![0; 64 << 10], vec![0; 192 << 10]);
        let decoder = encoding.new_decoder();
        Self { file, decoder, input, left: (0, 0), ready, given: (0, 0), at_end: false, finished: false }
    }

    /// Decodes the next piece into `ready`.
    fn advance(&mut self) -> io::Result<()> {
        if self.left.0 == self.left.1 && !self.at_end {
            self.left = (0, self.file.read(&mut self.input)?);
            self.at_end = self.left.1 == 0;
        }
        let bytes = self.input.get(self.left.0..self.left.1).unwrap_or_default();
        let (result, used, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.ready, self.at_end);
        self.left.0 += used;
        self.given = (0, written);
        self.finished = self.at_end && result == CoderResult::InputEmpty;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given.0 == self.given.1 && !self.finished {
            self.advance()?;
        }
        let mut waiting = self.ready.get(self.given.0..self.given.1).unwrap_or_default();
        let count = waiting.read(out)?;
        self.given.0 += count;
        Ok(count)
    }
}
