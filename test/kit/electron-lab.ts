// The shell as it is packed for tests on an older runtime: what the runtime lacks comes first.
import './electron-before.cjs';
import '../../electron/main/main.ts';
