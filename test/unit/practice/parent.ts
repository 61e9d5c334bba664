/** A parent for the tests that kill it: opens the practice site of the folder in argv, says so, and waits. */
import { openPractice } from '../../../electron/practice/launch.ts';

const secrets = JSON.parse(process.env.PRACTICE_SECRETS!) as Parameters<typeof openPractice>[0]['secrets'];
const site = await openPractice({ folder: process.argv[2]!, secrets });
process.stdout.write(`${JSON.stringify({ pid: site.pid, ready: site.ready })}\n`);
