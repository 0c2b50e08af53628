import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BmpDecoder } from './decoder.ts'
import { type AddressFamily, addressFamilies } from './address-family.ts'
import type { BmpMessage } from './message.ts'
import type { BgpOpen } from './open.ts'
import { decodeBgpOpen } from './open.ts'
import { ByteReader } from './byte-reader.ts'
import { BmpStreamError } from './stream-error.ts'
import {
  arbitraryIndependentBmpMessages,
  arbitraryOpenMessages,
  peerUps,
  createArbitraryBgpUpdates,
} from './testing/arbitraries.ts'
import { bytesOfHex } from './testing/hex.ts'
import { encodeOpen } from './testing/encode-bgp.ts'
import { encodeBmp } from './testing/encode-bmp.ts'
import { frrBmpMessageBytes, gobgpBmpMessageBytes } from './testing/router-bytes.ts'

const decode = (bytes: Uint8Array) => [...new BmpDecoder().push(bytes)]

/** Yields chunks that end at the given positions. */
function* chunks(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let from = 0
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    yield bytes.subarray(from, cut)
    from = cut
  }
  yield bytes.subarray(from)
}

describe('decoding', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryIndependentBmpMessages, peerUps), (message) => {
        expect(decode(encodeBmp(message))).toEqual([message])
      }),
      { numRuns: 400 },
    )
  })

  it('reads an OPEN in its longer form', () => {
    fc.assert(
      fc.property(arbitraryOpenMessages, (open) => {
        expect(decodeBgpOpen(new ByteReader(encodeOpen(open, true)))).toEqual(open)
      }),
    )
  })

  it('reads path identifiers where both ends agreed on them, by direction', () => {
    const agreed = (sender: BgpOpen, receiver: BgpOpen): AddressFamily[] =>
      addressFamilies.filter(
        (family) =>
          sender.addPath.some((entry) => entry.family === family && entry.sends) &&
          receiver.addPath.some((entry) => entry.family === family && entry.receives),
      )
    const withRoutes = peerUps.chain((up) => {
      const isSent = up.peer.view.startsWith('adjOut')
      const addPath = isSent ? agreed(up.sent, up.received) : agreed(up.received, up.sent)
      return createArbitraryBgpUpdates(up.peer.twoOctetAsns, addPath).map((update) => ({ up, update }))
    })
    fc.assert(
      fc.property(withRoutes, ({ up, update }) => {
        const routes: BmpMessage = { type: 'routeMonitoring', peer: up.peer, update }
        const decoder = new BmpDecoder()
        const read = [...decoder.push(encodeBmp(up)), ...decoder.push(encodeBmp(routes))]
        expect(read).toEqual([up, routes])
      }),
    )
  })

  it('does not depend on how the stream is cut', () => {
    const stream = fc.array(fc.oneof(arbitraryIndependentBmpMessages, peerUps), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (all, positions) => {
        const bytes = Buffer.concat(all.map((message) => encodeBmp(message)))
        const decoder = new BmpDecoder()
        const read: BmpMessage[] = []
        const cuts = positions.map((position) => position % (bytes.length + 1))
        for (const chunk of chunks(bytes, cuts)) read.push(...decoder.push(chunk))
        expect(read).toEqual(all.map((message) => (message.type === 'routeMonitoring' ? expect.anything() : message)))
        expect(read).toEqual([...new BmpDecoder().push(bytes)])
        expect(decoder.isInsideMessage).toBe(false)
      }),
    )
  })

  it('reads byte by byte', () => {
    const whole = bytesOfHex(Object.values(frrBmpMessageBytes).join(''))
    const decoder = new BmpDecoder()
    const read: BmpMessage[] = []
    for (const byte of whole) read.push(...decoder.push(Uint8Array.of(byte)))
    expect(read).toEqual(decode(whole))
    expect(read).toHaveLength(Object.keys(frrBmpMessageBytes).length)
  })
})

/** Reports whether the decoder reads the bytes or throws BmpStreamError. Every other result is a bug in the decoder. */
function readsOrRefuses(bytes: Uint8Array): boolean {
  const decoder = new BmpDecoder()
  try {
    for (const message of decoder.push(bytes)) if (!message.type) return false
    return true
  } catch (error) {
    return error instanceof BmpStreamError
  }
}

describe('what is no BMP', () => {
  const real = [...Object.values(frrBmpMessageBytes), ...Object.values(gobgpBmpMessageBytes)].map(bytesOfHex)

  it('is read or refused, whatever the bytes are', () => {
    const framed = fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.uint8Array({ maxLength: 300 }))
      .map(([type, body]) =>
        Buffer.concat([Uint8Array.of(3, 0, 0, (6 + body.length) >> 8, (6 + body.length) & 255, type), body]),
      )
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), framed), (bytes) => readsOrRefuses(bytes)),
      { numRuns: 1_000 },
    )
  })

  it('is read or refused where it was altered in transit', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }), (index, changes) => {
        const bytes = Uint8Array.from(real[index] ?? [])
        // keep the length of the frame, so that the change is inside it
        for (const [at, value] of changes) bytes[5 + (at % (bytes.length - 5))] = value
        return readsOrRefuses(bytes)
      }),
      { numRuns: 2_000 },
    )
  })
})
