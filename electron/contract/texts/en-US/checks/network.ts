/** Title, reason and fix of each check of its category. */
export const networkChecks = {
  'checks.network.tcp-matrix.title': 'Connections between the hosts',
  'checks.network.tcp-matrix.why': 'A firewall or a route between the two stops the connection that the release needs.',
  'checks.network.tcp-matrix.fix': 'Open the named address and port for this host in the firewalls between them.',
  'checks.network.default-route.title': 'Default route',
  'checks.network.default-route.why':
    'The kubelet and network plugins pick the address of the node by the default route, even in a closed network.',
  'checks.network.default-route.fix': 'Set a default route, if need be to the local gateway.',
  'checks.network.declared-address.title': 'Declared address is on the host',
  'checks.network.declared-address.why':
    'The laptop reaches the host by another address than it has itself (NAT or a wrong entry); certificates then carry the wrong address.',
  'checks.network.declared-address.fix':
    'Correct the address in the inventory, or add the translated address to the names of the certificates.',
  'checks.network.resolvers.title': 'Name servers',
  'checks.network.resolvers.why':
    'Pods inherit the resolvers of the node; more than three are cut off, and none leaves names unresolved.',
  'checks.network.resolvers.fix': 'Name one to three servers in /etc/resolv.conf.',
  'checks.network.names-resolve.title': 'Names of the plan resolve',
  'checks.network.names-resolve.why': 'The host cannot reach an endpoint whose name it does not know.',
  'checks.network.names-resolve.fix': 'Add the name to the DNS of the site or to /etc/hosts of the host.',
  'checks.network.wildcard-domain.title': 'No wildcard search domain',
  'checks.network.wildcard-domain.why':
    'The search domain answers any name, so that pods get a wrong address for services that do not exist.',
  'checks.network.wildcard-domain.fix':
    'Remove the search domain from /etc/resolv.conf, or the wildcard record from the DNS.',
  'checks.network.own-name.title': 'Own name resolves to a network address',
  'checks.network.own-name.why': 'Components that look up their own name listen on loopback or wait for a time-out.',
  'checks.network.own-name.fix': 'Put the network address and the name of the host into /etc/hosts.',
  'checks.network.firewall.title': 'Host firewall',
  'checks.network.firewall.why': 'firewalld and ufw drop pod traffic unless the networks of the cluster are allowed.',
  'checks.network.firewall.fix':
    'Allow the pod and service networks and the ports of the plan, or turn the host firewall off with the consent of the customer.',
  'checks.network.proxy.title': 'Proxy variables',
  'checks.network.proxy.why':
    'A proxy set for the host takes over connections inside the site, to the registry and the cluster API.',
  'checks.network.proxy.fix': 'Remove the variables, or list the addresses of the site in no_proxy.',
  'checks.network.mac-unique.title': 'MAC addresses are unique',
  'checks.network.mac-unique.why': 'Two interfaces with one MAC address take packets from each other.',
  'checks.network.mac-unique.fix': 'Give the cloned virtual machine a new MAC address in the hypervisor.',
  'checks.network.mtu-equal.title': 'MTU is equal on all hosts',
  'checks.network.mtu-equal.why':
    'Large packets get lost between hosts with different MTU, while small ones pass: connections hang in the middle.',
  'checks.network.mtu-equal.fix': 'Set the same MTU on all hosts and switches of the network.',
} as const;
