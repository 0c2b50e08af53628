import { expect, it } from 'vitest'
import { parseWallSettings, buildWallHref } from './wall-settings.ts'

const usual = { layout: 'auto', rotateMs: null, by: 'page', customer: null, sound: true, screen: null, at: null }

it.each([
  [{}, {}],
  [
    { layout: 'portrait', rotate: '60s', by: 'subscription', sound: 'off' },
    { layout: 'portrait', rotateMs: 60_000, by: 'subscription', sound: false },
  ],
  [{ rotate: '2m' }, { rotateMs: 120_000 }],
  [
    { by: 'customer', customer: 'Contoso' },
    { by: 'customer', customer: 'Contoso' },
  ],
  [{ rotate: '90' }, { rotateMs: 90_000 }],
  [{ rotate: '1s' }, { rotateMs: 5_000 }],
  [{ rotate: 'soon', layout: 'round', by: 'colour' }, {}],
  [{ layout: ['4k', 'wide'] }, { layout: '4k' }],
  [{ at: '-5m' }, { at: 3_300_000 }],
  [{ at: '1970-01-01T00:10:00.000Z' }, { at: 600_000 }],
  [{ at: '2999-01-01T00:00:00Z' }, {}],
])('%o is read', (given, expected) => {
  expect(parseWallSettings(given, 3_600_000)).toEqual({ ...usual, ...expected })
})

it('an address that is written is read alike', () => {
  for (const layout of ['auto', '4k'] as const) {
    for (const rotateMs of [null, 120_000]) {
      for (const by of ['page', 'subscription', 'customer', 'site'] as const) {
        const customer = layout === '4k' ? 'Contoso & Sons' : null
        const settings = {
          layout,
          rotateMs,
          by,
          customer,
          sound: rotateMs === null,
          screen: customer && 'NOC 1',
          at: rotateMs === null ? null : 60_000,
        }
        const { searchParams } = new URL(buildWallHref(settings), 'http://wall')
        expect(parseWallSettings(Object.fromEntries(searchParams), 120_000)).toEqual(settings)
      }
    }
  }
})
