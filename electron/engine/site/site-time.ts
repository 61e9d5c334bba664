import type { Site } from '../../contract/site.ts';

/** The day at the site, `YYYY-MM-DD`: what a waiver's expiry is compared with. */
export function siteToday(site: Site, now: Date): string {
  return new Date(now.getTime() + site.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

/** A moment as the site's clock shows it, with its offset: `2026-11-23 19:38:05 +08:00`. */
export function siteMoment(site: Pick<Site, 'utcOffsetMinutes'>, at: string | Date): string {
  const shifted = new Date(new Date(at).getTime() + site.utcOffsetMinutes * 60_000).toISOString();
  const minutes = Math.abs(site.utcOffsetMinutes);
  const sign = site.utcOffsetMinutes < 0 ? '-' : '+';
  const offset = `${sign}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${offset}`;
}
