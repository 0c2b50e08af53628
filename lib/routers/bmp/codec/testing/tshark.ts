/** Reads BMP streams with Wireshark's dissector, to compare its results with those of the decoder. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ByteWriter } from '../byte-writer.ts'

const PORT = 11_019
const TCP = 6
/** LINKTYPE_RAW, in which packets begin with their IP header. */
const RAW_IP = 101

/** @returns the version line of tshark; null if it is not installed */
export function findTshark(): string | null {
  const { status, stdout } = spawnSync('tshark', ['--version'], { encoding: 'utf8' })
  return status === 0 ? (stdout.split('\n')[0] ?? null) : null
}

/** Returns a file in libpcap's format with one TCP segment for each message. */
function capture(messages: readonly Uint8Array[]): Uint8Array {
  // the magic number in big-endian order tells readers that the file is big-endian
  const file = new ByteWriter().u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(262_144).u32(RAW_IP)
  let sequence = 1
  for (const message of messages) {
    const length = 40 + message.length
    file
      .u32(1_700_000_000)
      .u32(sequence % 1_000_000)
      .u32(length)
      .u32(length)
    file.u8(0x45).u8(0).u16(length).u32(0).u8(64).u8(TCP).u16(0).u32(0xc0000261).u32(0xc0000262)
    file.u16(40_000).u16(PORT).u32(sequence).u32(1).u8(0x50).u8(0x18).u16(65_535).u16(0).u16(0).bytes(message)
    sequence += message.length
  }
  return file.done()
}

/**
 * Dissects messages with tshark.
 * @param fields Wireshark field names
 * @returns the values of each field for each message, in their order in the message
 */
export function dissectWithTshark(messages: readonly Uint8Array[], fields: readonly string[]): string[][][] {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-tshark-'))
  try {
    const file = path.join(folder, 'bmp.pcap')
    writeFileSync(file, capture(messages))
    const wanted = fields.flatMap((field) => ['-e', field])
    const how = ['-T', 'fields', '-E', 'separator=;', '-E', 'occurrence=a', '-E', 'aggregator=|']
    const args = ['-r', file, '-n', '-d', `tcp.port==${PORT},bmp`, '-o', 'bgp.asn_len:4 octet', ...how, ...wanted]
    const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
    if (status !== 0) throw new Error(`tshark: ${stderr}`)
    return stdout
      .split('\n')
      .slice(0, messages.length)
      .map((line) => line.split(';').map((values) => values.split('|').filter(Boolean)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
