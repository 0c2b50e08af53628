import type { PeerDownReason } from '#lib/contract/index.ts'
import { routerPeerTypes } from '#lib/contract/index.ts'
/** Encodes BMP messages, independent of the decoder and based on the RFCs. */
import type { BmpMessage } from '../message.ts'
import type { PeerHeader } from '../peer-header.ts'
import { ByteWriter } from '../byte-writer.ts'
import { addressBytes, encodeNotification, encodeOpen, encodeUpdate } from './encode-bgp.ts'

export function bmpFrame(type: number, body: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u8(3)
    .u32(6 + body.length)
    .u8(type)
    .bytes(body)
    .done()
}

const sixteen = (text: string | null) => {
  const bytes = text === null ? new Uint8Array() : addressBytes(text)
  return new ByteWriter()
    .bytes(new Uint8Array(16 - bytes.length))
    .bytes(bytes)
    .done()
}

export function encodePeerHeader(peer: PeerHeader): Uint8Array {
  const view = { adjInPre: 0, adjInPost: 0x40, adjOutPre: 0x10, adjOutPost: 0x50, locRib: 0 }[peer.view]
  const flags =
    view | (peer.address?.includes(':') ? 0x80 : 0) | (peer.twoOctetAsns ? 0x20 : 0) | (peer.filtered ? 0x80 : 0)
  return new ByteWriter()
    .u8(routerPeerTypes.indexOf(peer.type))
    .u8(flags)
    .bytes(Buffer.from(peer.distinguisher, 'hex'))
    .bytes(sixteen(peer.address))
    .u32(peer.asn)
    .bytes(addressBytes(peer.bgpId))
    .u32(peer.seconds ?? 0)
    .u32(peer.microseconds)
    .done()
}

function item(type: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return new ByteWriter().u16(type).u16(bytes.length).bytes(bytes).done()
}

const texts = (values: readonly string[]) => Buffer.concat(values.map((text) => item(0, text)))

function encodeReason(reason: PeerDownReason): Uint8Array {
  switch (reason.by) {
    case 'local':
    case 'remote': {
      const code = Uint8Array.of(reason.by === 'local' ? 1 : 3)
      return reason.notification ? Buffer.concat([code, encodeNotification(reason.notification)]) : code
    }
    case 'localWithoutNotification':
      return new ByteWriter().u8(2).u16(reason.fsmEvent).done()
    case 'remoteWithoutNotification':
      return Uint8Array.of(4)
    case 'monitoringStopped':
      return Uint8Array.of(5)
    case 'localTable':
      return Buffer.concat([Uint8Array.of(6), reason.tableName === null ? new Uint8Array() : item(3, reason.tableName)])
    case 'unknown':
      return Uint8Array.of(reason.code, 1, 2, 3)
  }
}

/** Encodes a message. Path identifiers are written for prefixes that have them. */
export function encodeBmp(message: BmpMessage): Uint8Array {
  switch (message.type) {
    case 'routeMonitoring': {
      const { peer, update } = message
      const bytes = encodeUpdate(update, { twoOctetAsns: peer.twoOctetAsns })
      return bmpFrame(0, Buffer.concat([encodePeerHeader(peer), bytes]))
    }
    case 'statistics': {
      const body = new ByteWriter().bytes(encodePeerHeader(message.peer)).u32(message.statistics.length)
      for (const { type, value, family } of message.statistics) {
        const figure = new ByteWriter()
        if (family !== null) {
          const [afi = 0, safi = 0] = family.split('/').map(Number)
          figure.u16(afi).u8(safi)
        }
        if (family !== null || value > 0xffffffffn) figure.u64(value)
        else figure.u32(Number(value))
        body.bytes(item(type, figure.done()))
      }
      return bmpFrame(1, body.done())
    }
    case 'peerDown':
      return bmpFrame(2, Buffer.concat([encodePeerHeader(message.peer), encodeReason(message.reason)]))
    case 'peerUp': {
      const body = new ByteWriter()
        .bytes(encodePeerHeader(message.peer))
        .bytes(sixteen(message.localAddress))
        .u16(message.localPort)
        .u16(message.remotePort)
        .bytes(encodeOpen(message.sent))
        .bytes(encodeOpen(message.received))
        .bytes(texts(message.texts))
      if (message.tableName !== null) body.bytes(item(3, message.tableName))
      return bmpFrame(3, body.done())
    }
    case 'initiation': {
      const body = new ByteWriter().bytes(texts(message.texts))
      if (message.sysDescr !== null) body.bytes(item(1, message.sysDescr))
      if (message.sysName !== null) body.bytes(item(2, message.sysName))
      return bmpFrame(4, body.done())
    }
    case 'termination': {
      const body = new ByteWriter().bytes(texts(message.texts))
      if (message.reason !== null) body.bytes(item(1, new ByteWriter().u16(message.reason).done()))
      return bmpFrame(5, body.done())
    }
    case 'unreadable':
      throw new Error('nothing is known of what can not be read')
    case 'skipped':
      return bmpFrame(message.code, new Uint8Array(5))
  }
}
