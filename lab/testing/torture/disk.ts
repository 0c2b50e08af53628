import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const DISK_MB = 700
const FILLER = 'filler'

/** What may befall a disk; each resolves once it has begun, with what ends it. */
export interface Disk {
  /** Leaves no room. */
  fill: (() => Promise<() => Promise<unknown>>) | null
  /** Every write waits, as on a disk that hangs, for so many milliseconds (`fsfreeze`). Null = this file system can't. */
  pause: ((lasts: number) => Promise<() => Promise<unknown>>) | null
  /** Every write fails, to files that are open too (EPERM, `chattr +i`). Null = likewise. */
  refuseWrites: (() => Promise<() => Promise<unknown>>) | null
  unmount(): void
}

/**
 * Mounts a file system in memory that is gone with this process's mount namespace: ext4 on a loop device, else tmpfs, which can only be
 * full.
 * @param disk an empty folder
 */
export function mountDisk(disk: string): Disk {
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
    // by programs of their own: on a disk that hangs they wait, and this process goes on
    async fill() {
      await shell('cat /dev/zero > "$1"', path.join(disk, FILLER))
      return () => shell('until rm -f "$1"; do sleep 0.3; done', path.join(disk, FILLER))
    },
    // ends by itself, whatever becomes of this process: nobody can kill what waits for a frozen file system
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

/** @returns its exit code: what it is asked may have become impossible meanwhile */
const shell = (script: string, folder: string): Promise<number | null> =>
  new Promise((resolve) => {
    spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: 'ignore', detached: true }).once('exit', resolve)
  })
