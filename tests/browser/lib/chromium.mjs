// One Chromium for a test file, and the two kinds of machine that people hold: a desktop and a phone.

import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Days in fields are written as people here write them.
  '--lang=zh-CN',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A camera that shows a test picture, for photos and codes, without asking.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** Starts Chromium with an empty profile of its own, removed when it closes. */
export function launch() {
  return chromium.launch({ executablePath: process.env.ANLAN_CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

const COMMON = {
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
  ignoreHTTPSErrors: true,
  geolocation: { longitude: 114.307, latitude: 34.797 },
  permissions: ['geolocation'],
};

export const DEVICES = {
  desktop: { ...COMMON, viewport: { width: 1366, height: 768 } },
  phone: {
    ...COMMON,
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
};
