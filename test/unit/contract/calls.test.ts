import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../../electron/cli/program.ts';
import { contract } from '../../../electron/contract/calls.ts';

/** Commands that need no call of their own: they host the engine. */
const withoutCall = ['serve', 'start'];

type Declared = { readonly '~orpc': { readonly meta: { readonly command?: string }; readonly errorMap: object } };

function callsOf(node: object, path: readonly string[] = []): readonly (readonly [string, Declared])[] {
  if ('~orpc' in node) return [[path.join('.'), node as Declared]];
  return Object.entries(node).flatMap(([name, inner]) => callsOf(inner as object, [...path, name]));
}

function leavesOf(command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((child) => {
    const words = [...path, child.name()];
    return child.commands.length > 0 ? leavesOf(child, words) : [[words.join(' '), child] as const];
  });
}

const calls = callsOf(contract);
const leaves = new Map(leavesOf(createProgram()));

test('every call names its command, no two the same, and knows the catalogue’s error', () => {
  assert.ok(calls.length > 25, String(calls.length));
  for (const [name, call] of calls) {
    assert.match(call['~orpc'].meta.command ?? '', /^[a-z-]+( [a-z-]+){0,2}$/, name);
    assert.deepEqual(Object.keys(call['~orpc'].errorMap), ['SITEWRIGHT'], name);
  }
  const commands = calls.map(([, call]) => call['~orpc'].meta.command);
  assert.equal(new Set(commands).size, commands.length);
});

test('the command line has each of these commands and no other', () => {
  const named = calls.map(([, call]) => call['~orpc'].meta.command!);
  assert.deepEqual([...leaves.keys()].sort(), [...named, ...withoutCall].sort());
});

test('every command and option is described in both languages', () => {
  const program = createProgram();
  for (const [path, command] of [...leaves, ['sitewright', program] as const]) {
    assert.match(command.description(), /[\u4e00-\u9fff].* \/ \S/, path);
    for (const option of command.options) assert.match(option.description, /\S \/ \S/, `${path} ${option.flags}`);
  }
});
