import { afterEach, expect, it, vi } from 'vitest'
import { getJson } from './client.ts'
import { revealDirectionMarksInResponse } from './visible-text.ts'

afterEach(() => vi.unstubAllGlobals())

const spoofed = { data: [{ name: 'ckt-\u202eno\u2066l\u200f', arabic: 'دائرة', tags: { ['\u202dx']: 1 } }] }
const shown = { data: [{ name: 'ckt-⟨U+202E⟩no⟨U+2066⟩l⟨U+200F⟩', arabic: 'دائرة', tags: { ['⟨U+202D⟩x']: 1 } }] }

it('signs that turn a name around are shown, at the first paint and later', async () => {
  expect(revealDirectionMarksInResponse(spoofed)).toEqual(shown)
  const plain = { data: [{ name: 'ckt-lon' }] }
  expect(revealDirectionMarksInResponse(plain)).toBe(plain)
  vi.stubGlobal('fetch', async () => Response.json(spoofed))
  expect(await getJson('/api/v1/circuits')).toEqual(shown)
})
