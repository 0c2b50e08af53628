import { Fragment } from 'react'

/**
 * A next hop, a peer or an instance. Hubs name theirs by the end of an ARM id, `expressRouteGateways/ergw-weu`, Route Servers
 * `RouteServiceRole_IN_0`, which may break behind a slash or an underscore and before a capital: unbroken, two columns of them make a table
 * wider than its page.
 */
export function HopName({ name }: { name: string }) {
  return name.split(/(?<=[/_])|(?<=[a-z])(?=[A-Z])/).map((word, n) => (
    // the words of a name keep their places
    <Fragment key={`${n} ${word}`}>
      {n > 0 && <wbr />}
      {word}
    </Fragment>
  ))
}
