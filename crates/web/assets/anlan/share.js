// Passing a case on: the text to the clipboard, the drawing with its photos as one picture that a phone can save.

const WIDEST = 1440;
const GAP = 24;

export function share(root) {
  for (const button of root.querySelectorAll('[data-copy]')) button.addEventListener('click', () => copy(button));
  for (const image of root.querySelectorAll('img[data-picture]')) draw(root, image).catch(() => {});
}

/** Without a clipboard (plain HTTP, some browsers inside other programs) the text is shown and marked. */
async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  const box = button.closest('.copy');
  const says = box.querySelector('.copy-says');
  try {
    await navigator.clipboard.writeText(text.value);
    says.textContent = box.dataset.copied;
  } catch {
    box.querySelector('details').open = true;
    text.focus();
    text.select();
    says.textContent = document.execCommand('copy') ? box.dataset.copied : box.dataset.byHand;
  }
}

/** The drawing and the photos below it on one canvas. Where that fails, both stay on the page as they are. */
async function draw(root, image) {
  const photos = [...root.querySelectorAll('img[data-below]')];
  await Promise.all([image, ...photos].map((one) => one.decode()));
  const scale = WIDEST / image.naturalWidth;
  const fits = (photo) => Math.round((photo.naturalHeight * WIDEST) / photo.naturalWidth);
  const canvas = document.createElement('canvas');
  canvas.width = WIDEST;
  canvas.height = Math.round(image.naturalHeight * scale) + photos.reduce((sum, photo) => sum + fits(photo) + GAP, 0);
  const paper = canvas.getContext('2d');
  paper.fillStyle = '#fff';
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, WIDEST, Math.round(image.naturalHeight * scale));
  let y = Math.round(image.naturalHeight * scale);
  for (const photo of photos) {
    paper.drawImage(photo, 0, y, WIDEST, fits(photo));
    y += fits(photo) + GAP;
  }
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) return;
  const address = URL.createObjectURL(blob);
  image.src = address;
  for (const photo of photos) photo.remove();
  const save = root.querySelector('a[data-save]');
  save.href = address;
  save.download = image.dataset.picture;
  image.dataset.ready = 'yes';
}
