// The place of a record from the position of the phone. Browsers give WGS-84.

export function places(root) {
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-locate]');
    if (!button) return;
    const field = button.closest('.field');
    const says = field.querySelector('.says');
    const form = button.closest('form');
    const failed = () => {
      const line = document.createElement('p');
      line.className = 'error';
      line.textContent = form.dataset.noPosition;
      says.replaceChildren(line);
    };
    if (!navigator.geolocation) return failed();
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const put = (name, value) => (field.querySelector(`[data-point="${name}"]`).value = value);
        put('longitude', coords.longitude.toFixed(6));
        put('latitude', coords.latitude.toFixed(6));
        put('datum', 'wgs84');
        says.replaceChildren();
        button.disabled = false;
      },
      () => {
        button.disabled = false;
        failed();
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}
