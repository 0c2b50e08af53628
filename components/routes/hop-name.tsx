import { Fragment } from 'react'

/**
 * A next hop or a peer. Hubs name theirs by the end of an ARM id, `expressRouteGateways/ergw-weu`, which may break behind its slash and
 * before a capital: unbroken, two columns of them make a table wider than its page.
 */
export function HopName({ name }: { name: string }) {
  return name.split(/(?<=\/)|(?<=[a-z])(?=[A-Z])/).map((word, n) => (
    // the words of a name keep their places
    <Fragment key={`${n} ${word}`}>
      {n > 0 && <wbr />}
      {word}
    </Fragment>
  ))
}
