/** @file Private texts and who may see them. */
import { expect, expectTypeOf, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { requireShowable, type ShowableText, type ShownSource } from "./showable.ts";

const [local, service] = [{ isLocal: true }, { isLocal: false }];

test("shows public gold to anyone and private gold to a model on this machine", () => {
  expect(requireShowable({ name: "NCBI", private: false }, service)).toEqual({ name: "NCBI" });
  expect(requireShowable({ name: "notes", private: true }, local)).toEqual({ name: "notes" });
  expect(requireShowable({ name: "NCBI", private: false }, local)).toEqual({ name: "NCBI" });
});

test("refuses private gold to a service, by name and with what to do", () => {
  const refuse = () => requireShowable({ name: "notes", private: true }, service);
  expect(refuse).toThrow(InputError);
  expect(refuse).toThrow(/The gold "notes" is marked "private: true".*Nothing was sent\./s);
});

test("a plain string is no text that may be shown, and a plain name no source", () => {
  expectTypeOf<string>().not.toExtend<ShowableText>();
  expectTypeOf<{ name: string }>().not.toExtend<ShownSource>();
  expectTypeOf<ShowableText>().toExtend<string>();
});
