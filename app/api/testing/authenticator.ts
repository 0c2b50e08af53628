import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const STEP_MS = 30_000

/**
 * Returns the code that an authenticator app shows.
 * @param uri the URI in the app's QR code
 * @param steps number of codes to look ahead; a verifier accepts the next code too
 * @source RFC 6238 4.2, RFC 4226 5.3
 */
export function computeAuthenticatorCode(uri: string, steps = 0): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + steps))
  const digest = createHmac('sha1', key).update(counter).digest()
  const at = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0')
}

const b64 = (bytes: Buffer) => bytes.toString('base64url')
const sha256 = (given: Buffer | string) => createHash('sha256').update(given).digest()

/**
 * A software passkey with one key.
 * @param asks whether it verifies the user (fingerprint or PIN)
 * @source https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
 */
export function softPasskey(asks = true) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const client = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const flags = (more: number) => Buffer.from([0x01 | (asks ? 0x04 : 0) | more])
  const response = (more: object) => ({
    id: b64(id),
    rawId: b64(id),
    type: 'public-key',
    clientExtensionResults: {},
    response: more,
  })
  return {
    register({ challenge, rp }: { challenge: string; rp: { id: string } }, origin: string) {
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const data = Buffer.concat([sha256(rp.id), flags(0x40), Buffer.alloc(4), credential])
      // {fmt: "none", attStmt: {}, authData: data}
      const head = Buffer.from(`a363666d74646e6f6e656761747453746d74a0686175746844617461${'58'}`, 'hex')
      const attestation = Buffer.concat([head, Buffer.from([data.length]), data])
      const json = client('webauthn.create', challenge, origin)
      return response({ clientDataJSON: b64(json), attestationObject: b64(attestation), transports: ['internal'] })
    },
    signIn({ challenge, rpId }: { challenge: string; rpId: string }, origin: string) {
      const data = Buffer.concat([sha256(rpId), flags(0), Buffer.alloc(4)])
      const json = client('webauthn.get', challenge, origin)
      const signature = sign('sha256', Buffer.concat([data, sha256(json)]), privateKey)
      return response({ clientDataJSON: b64(json), authenticatorData: b64(data), signature: b64(signature) })
    },
  }
}
