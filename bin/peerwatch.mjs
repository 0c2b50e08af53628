#!/usr/bin/env node
/** `npx peerwatch`: the same as `node bin/run.mjs peerwatch`. */
process.argv.splice(2, 0, 'peerwatch')
await import('./run.mjs')
