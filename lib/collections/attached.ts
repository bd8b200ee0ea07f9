/**
 * The collections that this thread has attached, by their ids: the same handle gives the same object. A collection that
 * nobody refers to gives its place back by itself.
 */
import { dispose } from '../base/dispose.js';
import type { Attachment } from './arguments.js';
import { type BoundCodec, builtinCodec } from './codec.js';
import { CollectionError } from './errors.js';
import { attachTable, type Kind, placeIn, type TableInstance } from './memory.js';
import type { Place } from './place.js';

/** What a collection's object is made of. */
export interface Attached {
  readonly instance: TableInstance;
  readonly place: Place;
  readonly codec: BoundCodec;
  readonly near: number;
  readonly freeze: boolean;
}

interface Known {
  readonly object: WeakRef<object>;
  readonly attached: Attached;
}

const NEAR = 8192;

const known = new Map<string, Known>();

const abandoned = new FinalizationRegistry<Attached>(forget);

export function remember(object: object, attached: Attached): void {
  known.set(attached.instance.id, { object: new WeakRef(object), attached });
  abandoned.register(object, attached, attached);
}

/** Gives the thread's place back. Also where a vm timeout has left a section open. */
export function forget({ instance, place }: Attached): void {
  if (known.get(instance.id)?.attached.place === place) known.delete(instance.id);
  place[dispose]();
}

/** The object of this handle in this thread, or what to make one of. */
export function attach<T extends object>(
  handle: unknown,
  kind: Kind,
  attachment: Attachment,
): { readonly object: T } | { readonly attached: Attached } {
  const instance = attachTable(handle, kind);
  const existing = known.get(instance.id);
  const object = existing?.object.deref() as T | undefined;
  if (existing !== undefined && object !== undefined) {
    checkSame(existing.attached, attachment);
    return { object };
  }
  const codec = codecFor(instance, attachment.codec);
  return { attached: attachedWith(instance, placeIn(instance.domain, kind), codec, attachment) };
}

export function attachedWith(
  instance: TableInstance,
  place: Place,
  codec: BoundCodec,
  { near = NEAR, freeze = true }: Attachment,
): Attached {
  return { instance, place, codec, near, freeze };
}

function codecFor({ codecName }: TableInstance, codec: BoundCodec | undefined): BoundCodec {
  const found = codec ?? builtinCodec(codecName);
  if (found?.name === codecName) return found;
  const advice =
    codec === undefined
      ? 'pass that codec to attach() as options.codec'
      : `attach() was called with ${JSON.stringify(codec.name)}. Pass the codec that create() was called with`;
  const message = `The collection was created with the codec ${JSON.stringify(codecName)}; ${advice}`;
  throw new CollectionError('ERR_COLLECTION_CODEC', message);
}

/** What is not given is not compared. */
function checkSame(attached: Attached, { codec, near, freeze }: Attachment): void {
  if (codec !== undefined && codec.name !== attached.codec.name) codecFor(attached.instance, codec);
  if (codec !== undefined && codec.own !== attached.codec.own) {
    throw attachedError(`another codec of the name ${JSON.stringify(codec.name)}`, 'the same object');
  }
  if (near !== undefined && near !== attached.near) throw attachedError(`near: ${attached.near}`, 'the same number');
  if (freeze !== undefined && freeze !== attached.freeze) {
    throw attachedError(`freeze: ${attached.freeze}`, 'the same value');
  }
}

function attachedError(what: string, same: string): CollectionError {
  const message =
    `This thread has already attached to the collection, with ${what}, and attach() returns the same object again. ` +
    `Pass ${same}, or leave the option out`;
  return new CollectionError('ERR_COLLECTION_ATTACHED', message);
}
