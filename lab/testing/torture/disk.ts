import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const DISK_MB = 700
const FILLER = 'filler'

/** Faults of a disk. Each function resolves after the fault has begun, and returns a function that ends the fault. */
export interface DiskFaultInjector {
  /** Fills the disk. */
  fill: (() => Promise<() => Promise<unknown>>) | null
  /**
   * Blocks every write for a number of milliseconds, like a hanging disk (`fsfreeze`). Null if the file system does not
   * support it.
   */
  pause: ((lasts: number) => Promise<() => Promise<unknown>>) | null
  /**
   * Makes every write fail, including writes to open files (EPERM, `chattr +i`). Null if the file system does not
   * support it.
   */
  refuseWrites: (() => Promise<() => Promise<unknown>>) | null
  unmount(): void
}

/**
 * Mounts a file system in memory, which disappears with this process's mount namespace: ext4 on a loop device, or tmpfs
 * if that fails, which supports only the full disk.
 * @param disk an empty folder
 */
export function mountDisk(disk: string): DiskFaultInjector {
  const memory = `${disk}.memory`
  mkdirSync(memory)
  must('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB + 20}m`, 'peerwatch', memory])
  const image = path.join(memory, 'image')
  writeFileSync(image, '')
  truncateSync(image, DISK_MB << 20)
  const isExt4 =
    spawnSync('mkfs.ext4', ['-q', '-m', '0', image]).status === 0 &&
    spawnSync('mount', ['-o', 'loop', image, disk]).status === 0
  if (!isExt4) must('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'peerwatch', disk])
  return {
    // use separate programs, because writes to a hanging disk block and this process must continue
    async fill() {
      await shell('cat /dev/zero > "$1"', path.join(disk, FILLER))
      return () => shell('until rm -f "$1"; do sleep 0.3; done', path.join(disk, FILLER))
    },
    // the shell ends the freeze even if this process dies, because a process that waits for a frozen file system cannot
    // be killed
    pause: isExt4
      ? async (lasts) => {
          const ended = shell(`fsfreeze -f "$1" && { sleep ${lasts / 1_000}; fsfreeze -u "$1"; }`, disk)
          return () => ended
        }
      : null,
    refuseWrites: isExt4
      ? async () => {
          await shell('chattr -R -f +i "$1"', disk)
          return () => shell('chattr -R -f -i "$1"', disk)
        }
      : null,
    unmount() {
      for (const folder of [disk, memory]) spawnSync('umount', ['-l', folder])
    },
  }
}

function must(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`no disk could be mounted: ${stderr}`)
}

/**
 * Runs a shell script and ignores failures, because an action may have become impossible meanwhile.
 * @returns the exit code
 */
const shell = (script: string, folder: string): Promise<number | null> =>
  new Promise((resolve) => {
    spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: 'ignore', detached: true }).once('exit', resolve)
  })
