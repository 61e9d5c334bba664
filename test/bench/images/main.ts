// `npm run bench -- images [rounds] [part of a case]... [--write]`: images into real registries by the command line and by
// the field's tools, in the same run. Prints medians and ratios (ours to theirs); `--write` puts the table into docs/benchmarks.md.

import { goalTable, median, roundsOf, setting, writeSection } from '../figures.ts';
import { type Figure, killInside, places, pushThrice } from './cases.ts';
import { cpuFloor } from './floor.ts';
import { goalsOf } from './goals.ts';
import { allPushers } from './pushers.ts';
import { mediansOf, ours, tableOf } from './table.ts';
import { makeWorkload } from './workload.ts';

const words = process.argv.slice(2);
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 3);
const chosen = words.filter((word) => !/^(\d+|--.*)$/.test(word));
const wanted = (name: string) => chosen.length === 0 || chosen.some((part) => name.includes(part));

const work = await makeWorkload();
console.log(
  `${work.first.images.length} images, ${work.blobs} blobs, ${(work.bytes / 1e6).toFixed(0)} MB; ${roundsOf(rounds)}`,
);
const pushers = await allPushers();
const jobs = [
  ...places.map((place) => ({ name: `push ${place.name}`, run: pushThrice, place })),
  ...places.filter(({ secure }) => !secure).map((place) => ({ name: `kill ${place.name}`, run: killInside, place })),
].filter(({ name }) => wanted(name));

const figures: Figure[] = [];
const floors: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  floors.push(await cpuFloor(work));
  for (const { name, run, place } of jobs) {
    // Each round begins with another tool, so that nobody always has the warm disk.
    for (let at = 0; at < pushers.length; at += 1) {
      const pusher = pushers[(round + at) % pushers.length]!;
      const found = await run(place, pusher, work);
      figures.push(...found);
      console.log(`${round + 1}. ${name}, ${pusher.name}: ${found.map(({ value }) => value.toFixed(2)).join(', ')}`);
    }
  }
}
const table = tableOf(
  figures,
  pushers.map(({ name }) => name),
);
const goals = goalTable(goalsOf(ours, mediansOf(figures)));
const floor = `Node alone, that reads the same bytes, takes their SHA-256 and writes them to a socket, needs ${median(floors).toFixed(2)} s of CPU per GB.`;
console.log(`\n${table}\n\n${floor}\n\n${goals}`);
if (words.includes('--write')) {
  const about = `## Pushing images\n\n\`npm run bench -- images ${rounds} --write\`: ${roundsOf(rounds)} on ${setting()}; medians, in brackets what Sitewright needs of the other's.`;
  writeSection('images', `${about}\n\n${table}\n\n${floor}\n\n${goals}`);
}
