/**
 * Preloaded (`node --import`) into every process that `npm start` starts: when the pipe that it was given closes, its parent was
 * killed, and it must not live on unseen. SIGTERM lets it finish as if it had been asked to.
 */
import { Socket } from 'node:net'

const GIVE_UP_AFTER_MS = 4_000

const descriptor = Number(process.env.PEERWATCH_PARENT_FD)
// Whatever this process starts in turn has no such descriptor.
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
