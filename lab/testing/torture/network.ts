import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  runIpCommandsInNamespace,
  createRouterNamespace,
  getRouterNamespaceName,
  removeRouterNamespaces,
  runProgram,
} from '../../simulator/daemons/namespaces.ts'

/** Machines of a run; each is a network namespace. */
export const tortureTestMachineNames = ['worker', 'web', 'first', 'second', 'third', 'etcd'] as const
export type TortureTestMachineName = (typeof tortureTestMachineNames)[number]
const HUB = 'hub'

/**
 * Third octets of addresses in the range of RFC 2544 for network tests, which is not routed on the internet. The
 * addresses exist only in namespaces that end with the run.
 */
const SUBNET = { lab: 1, worker: 2, web: 3, first: 4, second: 5, third: 6, etcd: 7 } as const
export const getAddressOfMachine = (machine: TortureTestMachineName): string => `198.18.${SUBNET[machine]}.2`
/**
 * Addresses of this process: OUTSIDE for the simulated Azure and the receiver of notifications, OPERATOR for its own
 * queries and the audit.
 */
export const EXTERNAL_SERVICES_ADDRESS = '198.18.1.2'
const OPERATOR = '198.18.1.3'

/**
 * A star of machines around a router, in network and mount namespaces of this process (`bin/torture.ts`), without a
 * route to the outside. A cut is a rule of the router that silently drops packets in one or both directions. Sockets
 * then hang without an error, like behind a firewall that lost its state. A relay between the processes would
 * acknowledge data that it never delivers (ADR 0184). Needs only the `ip` command.
 */
export class TortureTestNetwork {
  #cuts = 100

  /**
   * Creates the namespaces and links.
   * @param folder folder for the hosts file of the machines
   */
  async open(folder: string): Promise<void> {
    mkdirSync('/run/netns', { recursive: true })
    await runProgram('mount', ['-t', 'tmpfs', 'peerwatch', '/run/netns'])
    for (const name of [HUB, ...tortureTestMachineNames]) await createRouterNamespace(name)
    await this.#join('lab', String(process.pid))
    for (const name of tortureTestMachineNames) await this.#join(name, getRouterNamespaceName(name))
    // plain http is allowed only for local names, but Azure and the receivers are another machine here
    const hosts = path.join(folder, 'hosts')
    writeFileSync(hosts, `${EXTERNAL_SERVICES_ADDRESS} localhost\n`)
    await runProgram('mount', ['--bind', hosts, '/etc/hosts'])
  }

  async close(): Promise<void> {
    await removeRouterNamespaces([...tortureTestMachineNames, HUB])
  }

  /**
   * Drops all packets from one address to another, for each pair.
   * @returns a function that ends the cut
   */
  async cut(pairs: readonly (readonly [from: string, to: string])[]): Promise<() => Promise<void>> {
    const rules = pairs.map(([from, to]) => `pref ${this.#cuts++} from ${from} to ${to} blackhole`)
    await runIpCommandsInNamespace(
      HUB,
      rules.map((rule) => `rule add ${rule}`),
    )
    return () =>
      runIpCommandsInNamespace(
        HUB,
        rules.map((rule) => `rule del ${rule}`),
      )
  }

  /**
   * Links a machine to the router.
   * @param where a namespace, or the ID of a process in it
   */
  async #join(name: keyof typeof SUBNET, where: string): Promise<void> {
    const near = `198.18.${SUBNET[name]}.1`
    await runIpCommandsInNamespace(HUB, [
      `link add to-${name} type veth peer name net0 netns ${where}`,
      `addr add ${near}/24 dev to-${name}`,
      `link set to-${name} up`,
    ])
    const own = name === 'lab' ? [OPERATOR, EXTERNAL_SERVICES_ADDRESS] : [getAddressOfMachine(name)]
    const commands = [
      'link set lo up',
      ...own.map((address) => `addr add ${address}/24 dev net0`),
      'link set net0 up',
      `route add default via ${near} src ${own[0]}`,
    ]
    if (name === 'lab') await runProgram('ip', ['-batch', '-'], `${commands.join('\n')}\n`)
    else await runIpCommandsInNamespace(name, commands)
  }
}
