// Long work: the page asks every second how far it is, and stops when it has ended.

export function progress(root) {
  const box = root.querySelector('[data-again]');
  if (!box) return;
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.again, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('progress');
      if (!next) {
        // It has ended: the whole page says what came of it.
        if (answer.ok) return location.reload();
      } else {
        box.replaceChildren(...next.childNodes);
        if (!next.dataset.again) return;
      }
    } catch {
      // The connection is gone for a moment: ask again.
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
}
