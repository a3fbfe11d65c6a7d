// A line chart of a table of the page, drawn when it comes into sight. The table stays its text.

const INK = ['#22405f', '#8a97a5'];

for (const place of document.querySelectorAll('[data-chart]')) {
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    load(place.dataset.library).then(() => draw(place), () => {});
  });
  watch.observe(place.parentElement);
}

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

function draw(place) {
  const table = document.getElementById(place.dataset.chart);
  const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  place.hidden = false;
  const chart = window.echarts.init(place, null, { renderer: 'svg' });
  chart.setOption({
    animation: false,
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    legend: { top: 8, right: 16 },
    grid: { left: 52, right: 24, top: 44, bottom: 32 },
    xAxis: { type: 'category', data: rows.map((row) => row.cells[0].textContent) },
    yAxis: { type: 'value', minInterval: 1 },
    series: heads.map((name, i) => ({
      name,
      type: 'line',
      symbol: i === 0 ? 'circle' : 'rect',
      symbolSize: 6,
      lineStyle: { width: 2, type: i === 0 ? 'solid' : 'dashed' },
      color: INK[i],
      data: rows.map((row) => Number(row.cells[i + 1].textContent)),
    })),
  });
  table.closest('details').open = false;
  addEventListener('resize', () => chart.resize());
}
