/**
 * Watches the parent of a process of `npm start`, into which it is preloaded (`node --import`). If the pipe from the
 * parent closes, the parent has ended, so this process gets SIGTERM, which stops it in the normal order.
 */
import { Socket } from 'node:net'

const GIVE_UP_AFTER_MS = 4_000

const descriptor = Number(process.env.PEERWATCH_PARENT_FD)
// children of this process do not have the descriptor
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
