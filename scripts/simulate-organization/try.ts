import { simulateAccount } from './simulate-account.ts';
const [users = '500', days = '37', automatic = 'false', changing = '0.01', dormant='0.4', occ='0'] = process.argv.slice(2);
const t = performance.now();
const o = await simulateAccount({ accountId: '100000000001', seed: 7, users: Number(users), dormant: Number(dormant), occasional: Number(occ), changing: Number(changing), evaluateOnChange: true, automaticRemediation: automatic === 'true' }, Number(days));
console.log(JSON.stringify({ ...o, parity: { ...o.parity, open: o.parity.open.size, violations: o.parity.violations.slice(0, 10), n: o.parity.violations.length } }, null, 1));
console.log(performance.now() - t, 'ms');
