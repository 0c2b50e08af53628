import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * ID of the build that this process runs. It is read only once, because an upgrade replaces the file while the process
 * still runs the old build.
 */
export const buildId = read()

function read(): string {
  try {
    return readFileSync(path.join(process.cwd(), process.env.NEXT_DIST_DIR || '.next', 'BUILD_ID'), 'utf8').trim()
  } catch {
    // without a build, for example with `npm run dev`, there is no file
    return 'development'
  }
}
