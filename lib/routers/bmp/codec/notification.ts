import { CEASE } from '#lib/bgp/index.ts'
import type { BgpNotification } from '#lib/contract/index.ts'
import { takeBgpMessage } from './bgp-message.ts'
import type { ByteReader } from './byte-reader.ts'
import { readText } from './wire-text.ts'

const HARD_RESET = 9
/** Administrative Shutdown and Administrative Reset (RFC 4486, RFC 9003). */
const WITH_TEXT = [2, 4]

/** @throws BmpStreamError */
export function readNotification(reader: ByteReader): BgpNotification {
  const body = takeBgpMessage(reader, 'notification')
  const code = body.u8('an error code')
  const subcode = body.u8('an error subcode')
  const isHardReset = code === CEASE && subcode === HARD_RESET && body.left >= 2
  const hardResetOf = isHardReset ? { code: body.u8('an error code'), subcode: body.u8('an error subcode') } : null
  const inner = hardResetOf ?? { code, subcode }
  return { code, subcode, communication: communicationOf(inner, body), hardResetOf }
}

function communicationOf({ code, subcode }: { code: number; subcode: number }, data: ByteReader): string | null {
  if (code !== CEASE || !WITH_TEXT.includes(subcode) || data.left === 0) return null
  const length = data.u8('the length of a shutdown communication')
  // a length that does not fit says nothing about the session: the reason stands without its text
  if (length === 0 || length > data.left) return null
  return readText(data.take(length, 'a shutdown communication')) || null
}
