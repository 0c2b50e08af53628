import { z } from 'zod'

/** A shared secret in the format of Standard Webhooks: 24 to 64 random bytes. */
export const webhookSecret = z
  .string()
  .trim()
  .refine(isSecret, 'use whsec_ followed by 24 to 64 random bytes in base64')
  .describe('whsec_ and 24 to 64 bytes in base64; write-only. Absent = unchanged; required for a new webhook')

function isSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (encoded === undefined) return false
  const bytes = Math.floor((encoded.replace(/=+$/, '').length * 3) / 4)
  return bytes >= 24 && bytes <= 64
}

const SECRET_BYTES = 32

function generateSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** Why a new webhook without a secret is refused. */
export const SECRET_MISSING =
  'a new webhook needs a secret to sign with: whsec_ followed by 24 to 64 random bytes in base64'

/** The form's field of it. */
export const secretField = {
  name: 'secret',
  label: 'Signing secret (Standard Webhooks)',
  control: 'secret',
  placeholder: 'whsec_…',
  hint: 'Copy it to the receiver before you save: it is not shown again.',
  generate: generateSecret,
} as const
