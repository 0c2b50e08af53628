/**
 * Ends this process when its parent has ended. Node.js loads this file before the program (`node --import`) in every
 * process that `npm start` starts. The parent holds the other end of a pipe. When the pipe closes, this process gets
 * SIGTERM, so that it stops in the normal way.
 */
import { Socket } from 'node:net'

const GIVE_UP_AFTER_MS = 4_000

const descriptor = Number(process.env.PEERWATCH_PARENT_FD)
// processes that this process starts do not inherit the descriptor, so they must not see the variable
delete process.env.PEERWATCH_PARENT_FD

if (Number.isInteger(descriptor) && descriptor > 2) {
  const parent = new Socket({ fd: descriptor, readable: true, writable: false })
  const orphaned = () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), GIVE_UP_AFTER_MS).unref()
  }
  parent.on('error', orphaned)
  parent.on('end', orphaned)
  parent.resume()
  parent.unref()
}
