// The course of an indicator, drawn from the table below it when it comes into sight. The table stays its text.

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
  const rows = [...table.tBodies[0].rows];
  const values = rows.map((row) => row.querySelector('[data-value]').dataset.value);
  if (values.filter((value) => value !== '').length < 2) return;
  place.hidden = false;
  const chart = window.echarts.init(place, null, { renderer: 'svg' });
  const unit = place.dataset.unit || '';
  chart.setOption({
    animation: false,
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (value) => `${value}${unit && ` ${unit}`}` },
    grid: { left: 56, right: 24, top: 24, bottom: 32 },
    xAxis: { type: 'category', data: rows.map((row) => row.cells[0].querySelector('a').textContent) },
    yAxis: { type: 'value', scale: true, axisLabel: { formatter: `{value}${unit}` } },
    series: [{
      name: table.tHead.rows[0].cells[1].textContent,
      type: 'line',
      symbolSize: 6,
      connectNulls: true,
      lineStyle: { width: 2 },
      color: '#22405f',
      data: values.map((value) => (value === '' ? null : Number(value))),
    }],
  });
  addEventListener('resize', () => chart.resize());
}
