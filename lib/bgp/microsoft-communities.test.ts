import { expect, it } from 'vitest'
import { getMicrosoftCommunityName, isMicrosoft365Community } from './microsoft-communities.ts'

it.each([
  ['12076:51004', 'East US'],
  ['12076:52004', 'Storage, East US'],
  ['12076:50024', 'virtual networks, UK South'],
  ['12076:5010', 'Exchange Online'],
  ['12076:51109', 'US Gov Iowa'],
  [' 12076:51059 ', 'New Zealand North'],
  ['12076:50104', null],
  ['12076:51099', null],
  ['12076:510040', null],
  ['112076:51004', null],
  ['12076:5000', null],
  ['65001:51004', null],
  ['', null],
])('the community %s is %s', (community, name) => expect(getMicrosoftCommunityName(community)).toBe(name))

it.each([
  [' 12076:5010 ', true],
  ['12076:5100', true],
  ['12076:5050', false],
])('%j is of Microsoft 365: %j', (community, is) => expect(isMicrosoft365Community(community)).toBe(is))
