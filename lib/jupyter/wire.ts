import { createHmac, randomUUID } from "node:crypto";

/** A message of the Jupyter protocol 5.3 (jupyter-client.readthedocs.io/en/stable/messaging.html). */
export interface Message {
  /** Whom a reply goes to, as a router names its peers. */
  identities: readonly Buffer[];
  header: Header;
  /** The header of the request that the message belongs to. */
  parent: Header | undefined;
  content: Content;
}

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export type Content = Readonly<Record<string, unknown>>;

/** What a connection file says. A port of 0 leaves the choice to the kernel. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  iopub_port: number;
  control_port: number;
  stdin_port: number;
  hb_port: number;
}

const delimiter = "<IDS|MSG>";

export function newHeader(type: string, session: string, username: string): Header {
  const date = new Date().toISOString();
  return { msg_id: randomUUID(), msg_type: type, session, username, date, version: "5.3" };
}

/** An answer to `request`, or an output of it. */
export function answerTo(request: Message, type: string, content: Content): Message {
  const { session, username } = request.header;
  const header = newHeader(type, session, username);
  return { identities: request.identities, header, parent: request.header, content };
}

/** The frames on the wire: identities, delimiter, signature, header, parent header, metadata, content. */
export function encode({ identities, header, parent, content }: Message, key: string): (Buffer | string)[] {
  const parts = [JSON.stringify(header), JSON.stringify(parent ?? {}), "{}", JSON.stringify(content)];
  return [...identities, delimiter, sign(parts, key), ...parts];
}

/** @throws Error if the frames are not a message signed with `key`. */
export function decode(frames: readonly Buffer[], key: string): Message {
  const texts = frames.map(String);
  const start = texts.indexOf(delimiter);
  const parts = texts.slice(start + 2, start + 6);
  if (start < 0 || texts[start + 1] !== sign(parts, key)) throw new Error("Jupyter message: wrong signature");
  const [header, parent, , content] = parts.map((part) => JSON.parse(part));
  const hasParent = parent.msg_id !== undefined;
  return { identities: frames.slice(0, start), header, parent: hasParent ? parent : undefined, content };
}

/** An empty key means that messages are not signed. */
function sign(parts: readonly string[], key: string): string {
  if (key === "") return "";
  const hash = createHmac("sha256", key);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export function address({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}
