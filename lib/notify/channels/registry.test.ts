import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  findSecretUrlField,
  channelInput,
  channelKinds,
  getChannelKindSpec,
  toShownChannelFields,
  listUnencryptedFields,
} from '#lib/contract/index.ts'
import { sendFunctionsByChannelKind } from './registry.ts'

const COMMON = ['id', 'name', 'enabled', 'scopes', 'filters', 'kind']

describe('the registry of channel kinds', () => {
  it('has a sender for each kind, and no other', () => {
    expect(Object.keys(sendFunctionsByChannelKind).toSorted()).toEqual([...channelKinds].toSorted())
  })

  it('accepts each kind in a PUT', () => {
    const kinds = channelInput.options.map(({ shape }) => shape.kind.value)
    expect(kinds.toSorted()).toEqual([...channelKinds].toSorted())
  })
})

describe.each(channelKinds)('a channel of kind %s', (kind) => {
  const { schema, form, shown, absent, addressMissing, secretMissing } = getChannelKindSpec(kind)

  it('has a form field for each field of its schema', () => {
    const own = Object.keys(schema.shape).filter((name) => !COMMON.includes(name))
    expect(form.map(({ name }) => name).toSorted()).toEqual(own.toSorted())
  })

  it('shows all its fields but the secret', () => {
    const names = [...listUnencryptedFields(kind), findSecretUrlField(kind) ?? []].flat().map(({ name }) => name)
    expect(Object.keys(shown).toSorted()).toEqual(names.toSorted())
  })

  it('has valid values for channels of other kinds', () => {
    expect(z.object(shown).parse(absent)).toEqual(absent)
    expect(toShownChannelFields({})).toMatchObject(absent)
  })

  it('has at most one address, which may be left out', () => {
    const addresses = form.filter(({ control }) => control === 'address').map(({ name }) => name)
    expect(addresses).toHaveLength(addressMissing === null ? 0 : 1)
    for (const name of addresses) expect(z.object(schema.shape).shape[name]?.safeParse(undefined).success).toBe(true)
  })

  it('has at most one secret, named `secret`, and what it generates is valid', () => {
    const secrets = form.filter(({ control }) => control === 'secret')
    expect(secrets.map(({ name }) => name)).toEqual(secretMissing === null ? [] : ['secret'])
    for (const { name, generate } of secrets) {
      // a secret that the receiver provides is not generated
      if (!generate) continue
      const value = generate()
      expect(generate()).not.toBe(value)
      expect(
        z
          .object(schema.shape)
          .partial()
          .parse({ [name]: value }),
      ).toMatchObject({ [name]: value })
    }
  })
})
