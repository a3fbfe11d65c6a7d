// Photos and files: a preview before sending, large photos made smaller on the phone, too large files told at once.

import { tell } from './forms.js';

const LONGEST_SIDE = 2048;
const WORTH_BYTES = 1_500_000;

export function files(root) {
  for (const box of root.querySelectorAll('[data-files]')) {
    box.addEventListener('click', (event) => {
      if (event.target.matches('.kept button')) event.target.parentElement.remove();
    });
    const input = box.querySelector('input[type="file"]');
    input.addEventListener('change', () => chosen(box, input));
  }
}

async function chosen(box, input) {
  const photos = input.accept.startsWith('image/');
  const list = photos ? await Promise.all([...input.files].map(smaller)) : [...input.files];
  const largest = Number(input.dataset.largest);
  const tooLarge = list.find((file) => file.size > largest);
  tell(input, tooLarge ? input.form.dataset.tooLarge.replace('%name', tooLarge.name) : '');
  if (tooLarge) {
    input.value = '';
    return;
  }
  if (photos) {
    const carry = new DataTransfer();
    for (const file of list) carry.items.add(file);
    input.files = carry.files;
    preview(box, list);
  }
}

function preview(box, list) {
  const place = box.querySelector('.photos');
  for (const old of place.querySelectorAll('.new')) old.remove();
  for (const file of list) {
    const image = document.createElement('img');
    image.className = 'new';
    image.alt = file.name;
    image.src = URL.createObjectURL(file);
    image.addEventListener('load', () => URL.revokeObjectURL(image.src), { once: true });
    place.append(image);
  }
}

/** A photo of today's phones has ten megabytes; evidence needs a tenth of them. What cannot be drawn is sent as it is. */
async function smaller(file) {
  if (file.size < WORTH_BYTES) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg', lastModified: file.lastModified });
  } catch {
    return file;
  }
}
