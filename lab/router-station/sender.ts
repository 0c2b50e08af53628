import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { readProcessMemoryMb } from '../history/process-memory.ts'

/** Recorded messages of FRR 8.4.4. */
export const recordedFrrBmpMessages = {
  initiation: '0300000020040001000f4652526f7574696e6720382e342e3400020003636541',
  peerUp:
    '03000000d00300000000000000000000000000000000000000000000c000026200002f2c0a0004046b01341a000cb322000000000000000000000000c0000261961600b3ffffffffffffffffffffffffffffffff005f0104fdf200b40aff0001420206010400010001020280000202020002024600020641040000fdf202020600020645040001010102074905036365410002044002c0780209470700010180000000ffffffffffffffffffffffffffffffff002d01042f2c00b40a00040410020e0104000100010200410400002f2c',
  announcement:
    '030000006b0000400000000000000000000000000000000000000000c000026200002f2c0a0004046b013421000cb322ffffffffffffffffffffffffffffffff003b0200000021400101005002001202040000fdf200002f2c00002f2c0000ffeb400304c0000262100a0a',
  downByRemoteReset:
    '03000000460200000000000000000000000000000000000000000000c000026200002f2c0a0004046b01342d000cb32203ffffffffffffffffffffffffffffffff0015030604',
}
export const parseHexAsBuffer = (hex: string) => Buffer.from(hex, 'hex')
/**
 * Offsets in a message: message length, peer flags, and length of the contained BGP message (RFC 7854 sections 4.1 and
 * 4.2).
 */
const [LENGTH, FLAGS, BGP_LENGTH] = [1, 7, 64] as const
const POST_POLICY = 0x40
const NEIGHBOR = 28
const SECOND = 40
/** Address 100.64.0.0, the base of the neighbor addresses. */
const NEIGHBORS = 0x64_40_00_00

/** Returns FRR's message about 10.10.0.0/16, changed to the n-th /24 of 10.0.0.0/8. */
export function routeMonitoring(n: number, isPostPolicy: boolean): Buffer {
  const recorded = parseHexAsBuffer(recordedFrrBmpMessages.announcement)
  const message = Buffer.concat([recorded.subarray(0, -3), Buffer.from([24, 10, (n >> 8) & 0xff, n & 0xff])])
  message.writeUInt32BE(message.length, LENGTH)
  message.writeUInt16BE(recorded.readUInt16BE(BGP_LENGTH) + 1, BGP_LENGTH)
  message[FLAGS] = isPostPolicy ? POST_POLICY : 0
  return message
}

export async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within 300 s: ${what}`)
    await delay(20)
  }
}

/**
 * Returns the same message with the address of the n-th neighbor, which is in the last four bytes before its AS
 * (RFC 7854 section 4.2).
 * @param at new timestamp in epoch milliseconds, stored in whole seconds
 */
export function replaceNeighborInBmpMessage(n: number, message: Buffer, at?: number): Buffer {
  const other = Buffer.from(message)
  other.writeUInt32BE(NEIGHBORS + n, NEIGHBOR)
  if (at !== undefined) other.writeUInt32BE(Math.floor(at / 1_000), SECOND)
  return other
}
/** Returns the prefix in the n-th message of {@link routeMonitoring}. */
export const getNthRoutePrefix = (n: number) => `10.${(n >> 8) & 0xff}.${n & 0xff}.0/24`
export const getNthNeighborAddress = (n: number) => `100.64.${n >> 8}.${n & 255}`

export const residentMb = ({ pid }: ChildProcess): number => readProcessMemoryMb(pid ?? 0).VmRSS
