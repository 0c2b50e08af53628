#!/usr/bin/env node
/** `npx peerwatch`: runs the same program as `node bin/run.mjs peerwatch`. */
process.argv.splice(2, 0, 'peerwatch')
await import('./run.mjs').catch((error) => {
  process.stderr.write(`reason: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 3
})
