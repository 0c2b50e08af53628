import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The build that this process runs: read once, because an upgrade replaces the file under a process that still runs the old one. */
export const buildId = read()

function read(): string {
  try {
    return readFileSync(path.join(process.cwd(), process.env.NEXT_DIST_DIR || '.next', 'BUILD_ID'), 'utf8').trim()
  } catch {
    // nothing was built: `npm run dev` builds as it goes
    return 'development'
  }
}
