import { describe, expect, it } from 'vitest'
import { parsePrefix } from '#lib/bgp/index.ts'
import { type IntentDeclarations, createIntentFinder } from './declared-intent.ts'

const standby = (circuits: string[], ...prefixes: string[]) => ({ kind: 'active_standby', circuits, prefixes })
const together = (circuits: string[], ...prefixes: string[]) => ({ kind: 'active_active', circuits, prefixes })
const site = (home: string | null, ...prefixes: string[]) => ({ name: `of ${home}`, home, prefixes })

const said = (declared: Partial<IntentDeclarations>, text: string) => {
  const prefix = parsePrefix(text)
  if (!prefix) throw new RangeError(text)
  return createIntentFinder({ sites: [], policies: [], ...declared })(prefix).map(
    ({ declaredBy, primary, backup }) => `${declaredBy} ${primary.join('+')} then ${backup?.join('+') ?? 'any'}`,
  )
}

describe('what is declared of a prefix', () => {
  it.each<[string, Partial<IntentDeclarations>, string[]]>([
    ['nothing', {}, []],
    ['the home of its site', { sites: [site('lon', '10.0.0.0/8')] }, ['site lon then any']],
    ['nothing by a site without a home', { sites: [site(null, '10.0.0.0/8')] }, []],
    ['nothing by a site inside of it', { sites: [site('lon', '10.1.2.0/24')] }, []],
    [
      'the longer of two',
      { sites: [site('lon', '10.0.0.0/8')], policies: [standby(['ams', 'lon'], '10.1.0.0/16')] },
      ['policy ams then lon'],
    ],
    [
      'a site with a longer one than the policy',
      { sites: [site('lon', '10.1.0.0/16')], policies: [standby(['ams', 'lon'], '10.0.0.0/8')] },
      ['site lon then any'],
    ],
    [
      'the policy, of two alike',
      { sites: [site('lon', '10.1.0.0/16')], policies: [standby(['ams'], '10.1.0.0/16')] },
      ['policy ams then '],
    ],
    ['circuits that share it', { policies: [together(['ams', 'lon'], '10.0.0.0/8')] }, ['policy ams+lon then any']],
    [
      'every policy without prefixes, where nothing names it',
      { policies: [standby(['lon', 'ams']), standby(['fra', 'par']), { ...standby(['x', 'y']), kind: 'symmetric' }] },
      ['policy lon then ams', 'policy fra then par'],
    ],
    [
      'none of those where something does',
      { policies: [standby(['lon', 'ams']), standby(['fra', 'par'], '10.0.0.0/8')] },
      ['policy fra then par'],
    ],
  ])('%s', (_, declared, expected) => expect(said(declared, '10.1.0.0/16')).toEqual(expected))

  it('does not mix families', () => {
    expect(said({ sites: [site('lon', '0.0.0.0/0')] }, '2001:db8::/32')).toEqual([])
  })
})
