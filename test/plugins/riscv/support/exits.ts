// Reads the lines that the harness prints about exits.
export const kind = {
  budget: 1,
  interrupted: 2,
  systemCall: 3,
  memoryFault: 4,
  illegal: 5,
  breakpoint: 6,
  misaligned: 11,
  engineError: 14,
};
export const access = { read: 1, write: 2, execute: 4 };

export interface Exit {
  kind: number;
  pc: bigint;
  instructions: number;
  address?: bigint;
  size?: number;
  access?: number;
  encoding?: bigint;
  message?: string;
}

export function parseExits(errors: string): Exit[] {
  return errors
    .split("\n")
    .filter((line) => line.startsWith("exit "))
    .map((line) => {
      const field = (name: string) => new RegExp(` ${name}=([^ ]+)`).exec(line)?.[1];
      const hex = (name: string) => (field(name) === undefined ? {} : { [name]: BigInt(`0x${field(name)}`) });
      const decimal = (name: string) => (field(name) === undefined ? {} : { [name]: Number(field(name)) });
      return {
        kind: Number(field("kind")),
        pc: BigInt(`0x${field("pc")}`),
        instructions: Number(field("instructions")),
        ...hex("address"),
        ...hex("encoding"),
        ...decimal("size"),
        ...decimal("access"),
        ...(line.includes("message=") ? { message: /message=(.*) instructions=/.exec(line)?.[1] ?? "" } : {}),
      };
    });
}
