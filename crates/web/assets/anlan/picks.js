// Choosing rows of a list for one action on all of them.

export function picks(root) {
  for (const form of root.querySelectorAll('[data-bulk]')) {
    const boxes = [...form.querySelectorAll('input[name="id"]')];
    const bar = form.querySelector('.bulk');
    const show = () => {
      const count = boxes.filter((b) => b.checked).length;
      bar.hidden = count === 0;
      bar.querySelector('[data-picked]').textContent = String(count);
    };
    form.addEventListener('change', (event) => {
      if (event.target.matches('[data-pick-all]')) for (const box of boxes) box.checked = event.target.checked;
      show();
    });
    show();
  }
}
