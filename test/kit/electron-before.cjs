// Loaded before the shell, in tests only: what newer runtimes bring by themselves, and what the superuser has to go without.
const { app } = require('electron');

// Chromium ends where root asks for its sandbox. That the shell asks for it is noted, so that a test can look.
if (process.getuid?.() === 0)
  app.enableSandbox = () => {
    globalThis.sandboxWanted = true;
  };

if (globalThis.Response === undefined)
  globalThis.Response = class Response {
    constructor(content, { status = 200, headers = {} } = {}) {
      Object.assign(this, { content: Buffer.from(content), status, headers });
    }
  };

// `protocol.handle` came with Electron 25.
function handle(scheme, answer) {
  this.registerBufferProtocol(scheme, (request, done) => {
    void (async () => {
      const { content, status, headers } = await answer(request);
      const [mimeType] = (headers['content-type'] ?? 'text/plain').split(';');
      done({ statusCode: status, headers, mimeType, charset: 'utf-8', data: content });
    })();
  });
}
app.on('session-created', ({ protocol }) => {
  if (protocol.handle === undefined) Object.getPrototypeOf(protocol).handle = handle;
});
