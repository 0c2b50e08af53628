import { z } from 'zod'

type Encode = (value: never) => unknown

/** Compiled encoder of each schema. It is null if the values of the schema are already JSON. */
const encoders = new WeakMap<z.core.$ZodType, Encode | null>()

/**
 * Converts a value to the JSON form of its schema. It applies the codecs of the schema (for example from a time to ISO
 * text), adds default values, and removes properties that the schema does not contain. `z.encode` is not used, because
 * it would also validate every value, which takes a third more time, and would change the order of properties.
 */
export const encodeWithSchema = <Of extends z.ZodType>(schema: Of, value: z.input<Of>): z.output<Of> =>
  (encoderOf(schema)?.(value as never) ?? value) as z.output<Of>

function encoderOf(schema: z.core.$ZodType): Encode | null {
  let encode = encoders.get(schema)
  if (encode === undefined) encoders.set(schema, (encode = compile(schema as z.core.$ZodTypes)))
  return encode
}

function compile(schema: z.core.$ZodTypes): Encode | null {
  const { def } = schema._zod
  switch (def.type) {
    case 'pipe':
      return schema instanceof z.ZodCodec ? (schema.def.transform as unknown as Encode) : null
    case 'object':
      return def.catchall ? null : objectEncoder(def.shape)
    case 'array': {
      const encode = encoderOf(def.element)
      return encode && ((values: never[]) => values.map(encode))
    }
    case 'record': {
      const encode = encoderOf(def.valueType)
      return encode && ((values: Record<string, never>) => mapObjectValues(values, encode))
    }
    case 'nullable':
    case 'optional':
    case 'readonly': {
      const encode = encoderOf(def.innerType)
      return encode && ((value: never) => (value == null ? value : encode(value)))
    }
    case 'default': {
      const encode = encoderOf(def.innerType)
      return (value: never) => (value === undefined ? def.defaultValue : encode ? encode(value) : value)
    }
    case 'union':
      return unionEncoder(def as z.core.$ZodDiscriminatedUnionDef)
    default:
      return null
  }
}

function objectEncoder(shape: Readonly<Record<string, z.core.$ZodType>>): Encode {
  const members = new Map(Object.entries(shape).map(([name, schema]) => [name, encoderOf(schema)]))
  const defaulted = Object.keys(shape).filter((name) => shape[name]?._zod.def.type === 'default')
  return (value: Record<string, never>) => {
    const written: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const encode = members.get(name)
      if (encode !== undefined) written[name] = encode ? encode(value[name] as never) : value[name]
    }
    for (const name of defaulted) if (!(name in written)) written[name] = members.get(name)?.(undefined as never)
    return written
  }
}

/** Returns an object with the same keys whose values are converted by `to`. */
export const mapObjectValues = <Value, Result>(
  values: Readonly<Record<string, Value>>,
  to: (value: Value, name: string) => Result,
): Record<string, Result> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, to(value, name)]))

/**
 * Returns the encoder of a union, which selects the schema by the discriminator of the value. Returns null for a union
 * without a discriminator, because its values need no encoding.
 */
function unionEncoder({ discriminator, options }: z.core.$ZodDiscriminatedUnionDef): Encode | null {
  if (!discriminator) return null
  const encoders = new Map(
    options.flatMap((option) =>
      [...(option._zod.propValues?.[discriminator] ?? [])].map((of) => [of, encoderOf(option)]),
    ),
  )
  return (value: Record<string, never>) => encoders.get(value[discriminator] as never)?.(value as never) ?? value
}
