#!/usr/bin/env node
/** `npx peerwatch`: runs bin/peerwatch.ts, with the Node that it needs where the system's is older. */
process.argv.splice(2, 0, 'peerwatch')
await import('./run.mjs')
