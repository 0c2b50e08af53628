import { describe, expect, it } from 'vitest'
import { asPathLength } from './index.ts'

describe('AS path length', () => {
  it.each([
    ['a local route', '', 0],
    ['each ASN counts', '12076-65001', 2],
    ['prepends count', '12076-65001-65001-65001', 4],
    ['an empty segment is no ASN', '12076-65001-4514841457--64301', 4],
    ['the origin letter is no ASN', '65001 65002 i', 2],
    ['nor with the line end that routers print', '46160 I\n                    ', 1],
    ['nor glued to the last ASN', '65001?', 1],
    ['a set counts 1', '65001 {65010,65011,65012}', 2],
    ['an empty set counts nothing', '65001 {}', 1],
    ['two sets count 2', '{65010} {65011,65012} i', 2],
    ['a confederation sequence counts nothing', '(65010 65011) 65001', 1],
    ['a confederation set counts nothing', '[65010,65011] 65001', 1],
  ])('%s: %j', (_rule, text, length) => expect(asPathLength(text)).toBe(length))

  it.each(['65001 abc', '{65001,x}'])('%j has no length', (text) => expect(asPathLength(text)).toBeNull())
})
