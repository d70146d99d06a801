// Generated from the migrated database by `deno task types` (supabase gen types). Do not edit:
// change a migration and run it again. CI fails when this file is not what the migrations give.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  "pipeline": {
    Tables: {
      "clock": {
        Row: {
          "ahead": string;
          "only_row": boolean;
        };
        ComputedFields: never;
        Insert: {
          "ahead"?: string;
          "only_row"?: boolean;
        };
        Update: {
          "ahead"?: string;
          "only_row"?: boolean;
        };
        Relationships: [];
      };
      "connection_tokens": {
        Row: {
          "access_token": string;
          "connection_id": string;
          "expires_at": string | null;
          "refresh_failed_at": string | null;
          "refresh_lease": string | null;
          "refresh_lease_until": string | null;
          "refresh_token": string | null;
          "sealed_at": string;
        };
        ComputedFields: never;
        Insert: {
          "access_token": string;
          "connection_id": string;
          "expires_at"?: string | null;
          "refresh_failed_at"?: string | null;
          "refresh_lease"?: string | null;
          "refresh_lease_until"?: string | null;
          "refresh_token"?: string | null;
          "sealed_at"?: string;
        };
        Update: {
          "access_token"?: string;
          "connection_id"?: string;
          "expires_at"?: string | null;
          "refresh_failed_at"?: string | null;
          "refresh_lease"?: string | null;
          "refresh_lease_until"?: string | null;
          "refresh_token"?: string | null;
          "sealed_at"?: string;
        };
        Relationships: [];
      };
      "cron_runs": {
        Row: {
          "job": string;
          "last_finished_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "job": string;
          "last_finished_at"?: string | null;
        };
        Update: {
          "job"?: string;
          "last_finished_at"?: string | null;
        };
        Relationships: [];
      };
      "import_cursors": {
        Row: {
          "changed": number;
          "cursor": NonNullable<Json>;
          "items": number;
          "job_id": string;
          "pages": number;
        };
        ComputedFields: never;
        Insert: {
          "changed"?: number;
          "cursor": NonNullable<Json>;
          "items"?: number;
          "job_id": string;
          "pages"?: number;
        };
        Update: {
          "changed"?: number;
          "cursor"?: NonNullable<Json>;
          "items"?: number;
          "job_id"?: string;
          "pages"?: number;
        };
        Relationships: [];
      };
      "item_sightings": {
        Row: {
          "content_id": string;
          "first_missed_at": string | null;
          "missed": number;
          "missed_by": number | null;
          "seen_at": string;
        };
        ComputedFields: never;
        Insert: {
          "content_id": string;
          "first_missed_at"?: string | null;
          "missed"?: number;
          "missed_by"?: number | null;
          "seen_at"?: string;
        };
        Update: {
          "content_id"?: string;
          "first_missed_at"?: string | null;
          "missed"?: number;
          "missed_by"?: number | null;
          "seen_at"?: string;
        };
        Relationships: [];
      };
      "lane_turns": {
        Row: {
          "kind": string;
          "lane": string;
          "platform": string;
          "quarantined": boolean;
        };
        ComputedFields: never;
        Insert: {
          "kind": string;
          "lane": string;
          "platform": string;
          "quarantined": boolean;
        };
        Update: {
          "kind"?: string;
          "lane"?: string;
          "platform"?: string;
          "quarantined"?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: "lane_turns_kind_fkey";
            columns: ["kind"];
            isOneToOne: false;
            referencedRelation: "ticket_kinds";
            referencedColumns: ["kind"];
          },
        ];
      };
      "live_change_readers": {
        Row: {
          "connection_id": string;
          "event_id": string;
          "platform": Database["public"]["Enums"]["platform"];
          "unit": string;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "event_id": string;
          "platform": Database["public"]["Enums"]["platform"];
          "unit": string;
        };
        Update: {
          "connection_id"?: string;
          "event_id"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "unit"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "readers_wait_for_an_event";
            columns: ["platform", "event_id"];
            isOneToOne: false;
            referencedRelation: "live_changes";
            referencedColumns: ["platform", "event_id"];
          },
        ];
      };
      "live_changes": {
        Row: {
          "event_id": string;
          "nth": number;
          "payload": Json | null;
          "platform": Database["public"]["Enums"]["platform"];
          "received_at": string;
        };
        ComputedFields: never;
        Insert: {
          "event_id": string;
          "nth"?: never;
          "payload"?: Json | null;
          "platform": Database["public"]["Enums"]["platform"];
          "received_at"?: string;
        };
        Update: {
          "event_id"?: string;
          "nth"?: never;
          "payload"?: Json | null;
          "platform"?: Database["public"]["Enums"]["platform"];
          "received_at"?: string;
        };
        Relationships: [];
      };
      "live_deletions": {
        Row: {
          "connection_id": string;
          "container_id": string;
          "deleted_at": string;
          "item_id": string;
          "platform": Database["public"]["Enums"]["platform"];
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "container_id": string;
          "deleted_at"?: string;
          "item_id": string;
          "platform": Database["public"]["Enums"]["platform"];
        };
        Update: {
          "connection_id"?: string;
          "container_id"?: string;
          "deleted_at"?: string;
          "item_id"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
        };
        Relationships: [];
      };
      "live_threads": {
        Row: {
          "connection_id": string;
          "noticed_at": string;
          "platform": Database["public"]["Enums"]["platform"];
          "thread_id": string;
          "unit": string;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "noticed_at"?: string;
          "platform": Database["public"]["Enums"]["platform"];
          "thread_id": string;
          "unit": string;
        };
        Update: {
          "connection_id"?: string;
          "noticed_at"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "thread_id"?: string;
          "unit"?: string;
        };
        Relationships: [];
      };
      "llm_usage": {
        Row: {
          "cache_read_tokens": number | null;
          "cache_write_tokens": number | null;
          "cost_usd": number | null;
          "created_at": string;
          "estimated": boolean;
          "id": number;
          "input_tokens": number | null;
          "model": string;
          "output_tokens": number | null;
          "purpose": string;
          "reserved_until": string;
          "reserved_usd": number;
          "searches": number;
          "settled_at": string | null;
          "ticket_id": number | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cache_read_tokens"?: number | null;
          "cache_write_tokens"?: number | null;
          "cost_usd"?: number | null;
          "created_at"?: string;
          "estimated"?: boolean;
          "id"?: never;
          "input_tokens"?: number | null;
          "model": string;
          "output_tokens"?: number | null;
          "purpose": string;
          "reserved_until"?: string;
          "reserved_usd": number;
          "searches"?: number;
          "settled_at"?: string | null;
          "ticket_id"?: number | null;
          "user_id": string;
        };
        Update: {
          "cache_read_tokens"?: number | null;
          "cache_write_tokens"?: number | null;
          "cost_usd"?: number | null;
          "created_at"?: string;
          "estimated"?: boolean;
          "id"?: never;
          "input_tokens"?: number | null;
          "model"?: string;
          "output_tokens"?: number | null;
          "purpose"?: string;
          "reserved_until"?: string;
          "reserved_usd"?: number;
          "searches"?: number;
          "settled_at"?: string | null;
          "ticket_id"?: number | null;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "mail_events": {
        Row: {
          "event_id": string;
          "received_at": string;
        };
        ComputedFields: never;
        Insert: {
          "event_id": string;
          "received_at"?: string;
        };
        Update: {
          "event_id"?: string;
          "received_at"?: string;
        };
        Relationships: [];
      };
      "manual_syncs": {
        Row: {
          "asked_at": string;
          "connection_id": string;
          "platform": Database["public"]["Enums"]["platform"];
          "ticket_id": number;
        };
        ComputedFields: never;
        Insert: {
          "asked_at": string;
          "connection_id": string;
          "platform": Database["public"]["Enums"]["platform"];
          "ticket_id": number;
        };
        Update: {
          "asked_at"?: string;
          "connection_id"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "ticket_id"?: number;
        };
        Relationships: [];
      };
      "oauth_states": {
        Row: {
          "created_at": string;
          "expires_at": string;
          "provider": Database["public"]["Enums"]["provider"];
          "redirect_to": string;
          "state_hash": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "expires_at"?: string;
          "provider": Database["public"]["Enums"]["provider"];
          "redirect_to": string;
          "state_hash": string;
          "user_id": string;
        };
        Update: {
          "created_at"?: string;
          "expires_at"?: string;
          "provider"?: Database["public"]["Enums"]["provider"];
          "redirect_to"?: string;
          "state_hash"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "people": {
        Row: {
          "connection_id": string;
          "email": string | null;
          "external_id": string;
          "is_guest": boolean | null;
          "name": string;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "email"?: string | null;
          "external_id": string;
          "is_guest"?: boolean | null;
          "name": string;
        };
        Update: {
          "connection_id"?: string;
          "email"?: string | null;
          "external_id"?: string;
          "is_guest"?: boolean | null;
          "name"?: string;
        };
        Relationships: [];
      };
      "platform_limits": {
        Row: {
          "max_running": number;
          "paused": boolean;
          "platform": string;
        };
        ComputedFields: never;
        Insert: {
          "max_running"?: number;
          "paused"?: boolean;
          "platform": string;
        };
        Update: {
          "max_running"?: number;
          "paused"?: boolean;
          "platform"?: string;
        };
        Relationships: [];
      };
      "rate_meters": {
        Row: {
          "allowed": number;
          "held_until": string | null;
          "key": string;
          "learnt_at": string | null;
          "period": string;
          "taken": (string)[];
          "taken_units": (number)[];
        };
        ComputedFields: never;
        Insert: {
          "allowed": number;
          "held_until"?: string | null;
          "key": string;
          "learnt_at"?: string | null;
          "period": string;
          "taken"?: (string)[];
          "taken_units"?: (number)[];
        };
        Update: {
          "allowed"?: number;
          "held_until"?: string | null;
          "key"?: string;
          "learnt_at"?: string | null;
          "period"?: string;
          "taken"?: (string)[];
          "taken_units"?: (number)[];
        };
        Relationships: [];
      };
      "schedules": {
        Row: {
          "due_at": string | null;
          "expires_at": string | null;
          "grace": string;
          "id": number;
          "if_missed": Database["public"]["Enums"]["missed_slot_policy"];
          "kind": string;
          "last_slot_at": string | null;
          "next_slot_at": string | null;
          "own_timezone": boolean;
          "paused": boolean;
          "payload": NonNullable<Json>;
          "platform": string;
          "rule": Database["pipeline"]["CompositeTypes"]["schedule_rule"];
          "spread": string;
          "subject": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "due_at"?: string | null;
          "expires_at"?: string | null;
          "grace"?: string;
          "id"?: never;
          "if_missed"?: Database["public"]["Enums"]["missed_slot_policy"];
          "kind": string;
          "last_slot_at"?: string | null;
          "next_slot_at"?: string | null;
          "own_timezone"?: boolean;
          "paused"?: boolean;
          "payload"?: NonNullable<Json>;
          "platform"?: string;
          "rule": Database["pipeline"]["CompositeTypes"]["schedule_rule"];
          "spread"?: string;
          "subject": string;
          "user_id"?: string | null;
        };
        Update: {
          "due_at"?: string | null;
          "expires_at"?: string | null;
          "grace"?: string;
          "id"?: never;
          "if_missed"?: Database["public"]["Enums"]["missed_slot_policy"];
          "kind"?: string;
          "last_slot_at"?: string | null;
          "next_slot_at"?: string | null;
          "own_timezone"?: boolean;
          "paused"?: boolean;
          "payload"?: NonNullable<Json>;
          "platform"?: string;
          "rule"?: Database["pipeline"]["CompositeTypes"]["schedule_rule"];
          "spread"?: string;
          "subject"?: string;
          "user_id"?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: "schedules_kind_fkey";
            columns: ["kind"];
            isOneToOne: false;
            referencedRelation: "ticket_kinds";
            referencedColumns: ["kind"];
          },
          {
            foreignKeyName: "schedules_platform_fkey";
            columns: ["platform"];
            isOneToOne: false;
            referencedRelation: "platform_limits";
            referencedColumns: ["platform"];
          },
        ];
      };
      "search_postings": {
        Row: {
          "content_id": string;
          "frequency": number;
          "length": number;
          "lexeme": string;
          "platform": Database["public"]["Enums"]["platform"];
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content_id": string;
          "frequency": number;
          "length": number;
          "lexeme": string;
          "platform": Database["public"]["Enums"]["platform"];
          "user_id": string;
        };
        Update: {
          "content_id"?: string;
          "frequency"?: number;
          "length"?: number;
          "lexeme"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "user_id"?: string;
        };
        Relationships: [];
      };
      "search_statistics": {
        Row: {
          "items": number;
          "length": number;
          "platform": Database["public"]["Enums"]["platform"];
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "items"?: number;
          "length"?: number;
          "platform": Database["public"]["Enums"]["platform"];
          "user_id": string;
        };
        Update: {
          "items"?: number;
          "length"?: number;
          "platform"?: Database["public"]["Enums"]["platform"];
          "user_id"?: string;
        };
        Relationships: [];
      };
      "sync_cursors": {
        Row: {
          "connection_id": string;
          "cursor": NonNullable<Json>;
          "platform": Database["public"]["Enums"]["platform"];
          "unit": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "cursor": NonNullable<Json>;
          "platform": Database["public"]["Enums"]["platform"];
          "unit": string;
          "updated_at"?: string;
        };
        Update: {
          "connection_id"?: string;
          "cursor"?: NonNullable<Json>;
          "platform"?: Database["public"]["Enums"]["platform"];
          "unit"?: string;
          "updated_at"?: string;
        };
        Relationships: [];
      };
      "sync_outages": {
        Row: {
          "connection_id": string;
          "noticed_at": string;
          "platform": Database["public"]["Enums"]["platform"];
          "since": string;
          "told_at": string | null;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "noticed_at"?: string;
          "platform": Database["public"]["Enums"]["platform"];
          "since": string;
          "told_at"?: string | null;
        };
        Update: {
          "connection_id"?: string;
          "noticed_at"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "since"?: string;
          "told_at"?: string | null;
        };
        Relationships: [];
      };
      "ticket_kinds": {
        Row: {
          "backoff_base": string;
          "backoff_cap": string;
          "function_name": string;
          "kind": string;
          "lease": string;
          "max_attempts": number;
          "max_crashes": number;
          "max_quarantined": number;
          "max_running": number;
          "max_running_per_user": number;
          "on_ended": string | null;
          "on_scheduled": string | null;
          "paused": boolean;
          "payload_shape": NonNullable<Json>;
          "per_call": number;
        };
        ComputedFields: never;
        Insert: {
          "backoff_base"?: string;
          "backoff_cap"?: string;
          "function_name": string;
          "kind": string;
          "lease"?: string;
          "max_attempts"?: number;
          "max_crashes"?: number;
          "max_quarantined"?: number;
          "max_running"?: number;
          "max_running_per_user"?: number;
          "on_ended"?: string | null;
          "on_scheduled"?: string | null;
          "paused"?: boolean;
          "payload_shape"?: NonNullable<Json>;
          "per_call"?: number;
        };
        Update: {
          "backoff_base"?: string;
          "backoff_cap"?: string;
          "function_name"?: string;
          "kind"?: string;
          "lease"?: string;
          "max_attempts"?: number;
          "max_crashes"?: number;
          "max_quarantined"?: number;
          "max_running"?: number;
          "max_running_per_user"?: number;
          "on_ended"?: string | null;
          "on_scheduled"?: string | null;
          "paused"?: boolean;
          "payload_shape"?: NonNullable<Json>;
          "per_call"?: number;
        };
        Relationships: [];
      };
      "unsubscribe_tokens": {
        Row: {
          "created_at": string;
          "deliverable_id": string;
          "token": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "deliverable_id": string;
          "token"?: string;
          "user_id": string;
        };
        Update: {
          "created_at"?: string;
          "deliverable_id"?: string;
          "token"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "wake_ups": {
        Row: {
          "answered_at": string | null;
          "claimed": number | null;
          "function_name": string;
          "id": string;
          "quarantined": boolean;
          "woken_at": string;
        };
        ComputedFields: never;
        Insert: {
          "answered_at"?: string | null;
          "claimed"?: number | null;
          "function_name": string;
          "id"?: string;
          "quarantined"?: boolean;
          "woken_at"?: string;
        };
        Update: {
          "answered_at"?: string | null;
          "claimed"?: number | null;
          "function_name"?: string;
          "id"?: string;
          "quarantined"?: boolean;
          "woken_at"?: string;
        };
        Relationships: [];
      };
      "work_execution_log": {
        Row: {
          "attempt": number;
          "crashes": number;
          "created_at": string;
          "dedupe_key": string | null;
          "ended_at": string;
          "error": Json | null;
          "id": number;
          "kind": string;
          "outcome": Database["public"]["Enums"]["ticket_state"];
          "payload": NonNullable<Json>;
          "platform": string;
          "priority": number;
          "progress": NonNullable<Json>;
          "redriven_as": number | null;
          "result": Json | null;
          "schedule_id": number | null;
          "slot_at": string | null;
          "started_at": string | null;
          "turn": number;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "attempt": number;
          "crashes": number;
          "created_at": string;
          "dedupe_key"?: string | null;
          "ended_at"?: string;
          "error"?: Json | null;
          "id": number;
          "kind": string;
          "outcome": Database["public"]["Enums"]["ticket_state"];
          "payload": NonNullable<Json>;
          "platform": string;
          "priority": number;
          "progress": NonNullable<Json>;
          "redriven_as"?: number | null;
          "result"?: Json | null;
          "schedule_id"?: number | null;
          "slot_at"?: string | null;
          "started_at"?: string | null;
          "turn": number;
          "user_id"?: string | null;
        };
        Update: {
          "attempt"?: number;
          "crashes"?: number;
          "created_at"?: string;
          "dedupe_key"?: string | null;
          "ended_at"?: string;
          "error"?: Json | null;
          "id"?: number;
          "kind"?: string;
          "outcome"?: Database["public"]["Enums"]["ticket_state"];
          "payload"?: NonNullable<Json>;
          "platform"?: string;
          "priority"?: number;
          "progress"?: NonNullable<Json>;
          "redriven_as"?: number | null;
          "result"?: Json | null;
          "schedule_id"?: number | null;
          "slot_at"?: string | null;
          "started_at"?: string | null;
          "turn"?: number;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
      "work_tickets": {
        Row: {
          "attempt": number;
          "cancel_asked": boolean;
          "crashes": number;
          "created_at": string;
          "dedupe_key": string | null;
          "id": number;
          "kind": string;
          "lane": string;
          "last_error": Json | null;
          "lease_token": string | null;
          "lease_until": string | null;
          "payload": NonNullable<Json>;
          "platform": string;
          "priority": number;
          "progress": NonNullable<Json>;
          "progress_at_claim": Json | null;
          "quarantined": boolean;
          "run_at": string;
          "schedule_id": number | null;
          "slot_at": string | null;
          "stalled_turns": number;
          "started_at": string | null;
          "state": Database["public"]["Enums"]["ticket_state"];
          "turn": number;
          "user_id": string | null;
          "waiting_for": Json | null;
          "deliverable_scheduled": undefined | null;
        };
        ComputedFields: "deliverable_scheduled";
        Insert: {
          "attempt"?: number;
          "cancel_asked"?: boolean;
          "crashes"?: number;
          "created_at"?: string;
          "dedupe_key"?: string | null;
          "id"?: never;
          "kind": string;
          "lane"?: never;
          "last_error"?: Json | null;
          "lease_token"?: string | null;
          "lease_until"?: string | null;
          "payload"?: NonNullable<Json>;
          "platform"?: string;
          "priority"?: number;
          "progress"?: NonNullable<Json>;
          "progress_at_claim"?: Json | null;
          "quarantined"?: boolean;
          "run_at"?: string;
          "schedule_id"?: number | null;
          "slot_at"?: string | null;
          "stalled_turns"?: number;
          "started_at"?: string | null;
          "state"?: Database["public"]["Enums"]["ticket_state"];
          "turn"?: number;
          "user_id"?: string | null;
          "waiting_for"?: Json | null;
        };
        Update: {
          "attempt"?: number;
          "cancel_asked"?: boolean;
          "crashes"?: number;
          "created_at"?: string;
          "dedupe_key"?: string | null;
          "id"?: never;
          "kind"?: string;
          "lane"?: never;
          "last_error"?: Json | null;
          "lease_token"?: string | null;
          "lease_until"?: string | null;
          "payload"?: NonNullable<Json>;
          "platform"?: string;
          "priority"?: number;
          "progress"?: NonNullable<Json>;
          "progress_at_claim"?: Json | null;
          "quarantined"?: boolean;
          "run_at"?: string;
          "schedule_id"?: number | null;
          "slot_at"?: string | null;
          "stalled_turns"?: number;
          "started_at"?: string | null;
          "state"?: Database["public"]["Enums"]["ticket_state"];
          "turn"?: number;
          "user_id"?: string | null;
          "waiting_for"?: Json | null;
        };
        Relationships: [
          {
            foreignKeyName: "work_tickets_kind_fkey";
            columns: ["kind"];
            isOneToOne: false;
            referencedRelation: "ticket_kinds";
            referencedColumns: ["kind"];
          },
          {
            foreignKeyName: "work_tickets_platform_fkey";
            columns: ["platform"];
            isOneToOne: false;
            referencedRelation: "platform_limits";
            referencedColumns: ["platform"];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      "account_is_connected": {
        Args: {
          "p_account": string;
          "p_bot"?: string;
          "p_but"?: string;
          "p_provider": Database["public"]["Enums"]["provider"];
        };
        Returns: boolean;
      };
      "account_revoked": {
        Args: {
          "p_accounts": (string)[];
          "p_at": string;
          "p_people"?: (string)[];
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_reason": string;
        };
        Returns: number;
      };
      "add_default_sources": {
        Args: {
          "p_even_if_none"?: boolean;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_priority"?: number;
          "p_user": string;
        };
        Returns: Json;
      };
      "apply_mail_event": {
        Args: {
          "p_delivery"?: string;
          "p_detail"?: string;
          "p_event_id": string;
          "p_kind": Database["public"]["Enums"]["mail_status"];
          "p_provider_id": string;
        };
        Returns: boolean;
      };
      "backfill_sources": { Args: { "p_user": string }; Returns: Json };
      "backtest_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "backtest_slots": { Args: { "p_lease": string; "p_ticket": number }; Returns: (string)[] };
      "begin_delivery": { Args: { "p_lease": string; "p_ticket": number }; Returns: Json };
      "begin_import": { Args: { "p_lease": string; "p_ticket": number }; Returns: Json };
      "begin_sync": { Args: { "p_lease": string; "p_ticket": number }; Returns: Json };
      "begin_token_refresh": { Args: { "p_connection": string; "p_stale": string }; Returns: Json };
      "begin_version": { Args: { "p_as_of"?: string; "p_lease": string; "p_ticket": number }; Returns: Json };
      "browse_content": {
        Args: {
          "p_author"?: string;
          "p_limit"?: number;
          "p_offset"?: number;
          "p_platform"?: Database["public"]["Enums"]["platform"];
          "p_since"?: string;
          "p_sources": (string)[];
          "p_thread_of"?: string;
          "p_until"?: string;
          "p_user": string;
        };
        Returns: Json;
      };
      "budget_left": {
        Args: { "p_cap_usd"?: number; "p_run_cap_usd"?: number; "p_ticket": number; "p_user": string };
        Returns: number;
      };
      "cancel": { Args: { "p_ticket": number; "p_user"?: string }; Returns: string };
      "cancel_import": { Args: { "p_job": string; "p_user": string }; Returns: Json };
      "claim": {
        Args: { "p_again"?: boolean; "p_wake_up": string };
        Returns: Database["pipeline"]["CompositeTypes"]["claimed_ticket"][];
        SetofOptions: {
          from: "*";
          to: "claimed_ticket";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "confirm_deletions": { Args: { "p_source": string; "p_user": string }; Returns: number };
      "connect": {
        Args: {
          "p_access_token": string;
          "p_account_id": string;
          "p_account_name": string;
          "p_expires_at"?: string;
          "p_metadata": Json;
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_refresh_token"?: string;
          "p_scopes": (string)[];
          "p_status_reason"?: string;
          "p_user": string;
        };
        Returns: string;
      };
      "create_task": {
        Args: {
          "p_prompt": string;
          "p_schedule"?: Json;
          "p_sources"?: (string)[];
          "p_title": string;
          "p_user": string;
        };
        Returns: Json;
      };
      "current_evidence": {
        Args: { "p_items": Json; "p_sources": (string)[]; "p_user": string };
        Returns: {
          "current_revision": number;
          "id": string;
          "readable": boolean;
          "revision": number;
        }[];
      };
      "deliverable_scheduled": {
        Args: {
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "delivery_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "disconnect": {
        Args: { "p_provider": Database["public"]["Enums"]["provider"]; "p_user": string };
        Returns: boolean;
      };
      "dismiss_deliverable": { Args: { "p_deliverable": string; "p_user": string }; Returns: Json };
      "enable_deliverable": { Args: { "p_deliverable": string; "p_user": string }; Returns: Json };
      "enqueue": {
        Args: {
          "p_dedupe_key"?: string;
          "p_delay"?: string;
          "p_kind": string;
          "p_payload"?: Json;
          "p_platform"?: string;
          "p_priority"?: number;
          "p_user"?: string;
        };
        Returns: {
          "joined": boolean;
          "ticket_id": number;
        }[];
      };
      "evidence_fingerprint": {
        Args: {
          "p_at": string;
          "p_from": string;
          "p_sources": (string)[];
          "p_until": string;
          "p_user": string;
        };
        Returns: string;
      };
      "fail": {
        Args: {
          "p_error": Json;
          "p_final"?: boolean;
          "p_lease": string;
          "p_retry_in"?: string;
          "p_ticket": number;
        };
        Returns: string;
      };
      "fail_token_refresh": {
        Args: { "p_connection": string; "p_refresh_lease": string; "p_refused"?: string };
        Returns: boolean;
      };
      "finish": { Args: { "p_tickets": Json }; Returns: number[] };
      "finish_delivery": {
        Args: { "p_lease": string; "p_provider_id": string; "p_ticket": number };
        Returns: undefined;
      };
      "finish_discovery": {
        Args: { "p_lease": string; "p_ranked": (string)[]; "p_sources": Json; "p_ticket": number };
        Returns: Json;
      };
      "finish_token_refresh": {
        Args: {
          "p_access_token": string;
          "p_connection": string;
          "p_expires_in"?: string;
          "p_refresh_token"?: string;
          "p_stale": string;
        };
        Returns: boolean;
      };
      "finish_unit": {
        Args: { "p_lease": string; "p_result": Json; "p_ticket": number };
        Returns: undefined;
      };
      "finish_version": { Args: { "p_lease": string; "p_ticket": number; "p_version": Json }; Returns: Json };
      "gather_evidence": {
        Args: {
          "p_all"?: boolean;
          "p_at": string;
          "p_from": string;
          "p_limit"?: number;
          "p_seen_at"?: string;
          "p_seen_sources"?: (string)[];
          "p_seen_until"?: string;
          "p_sources": (string)[];
          "p_until": string;
          "p_user": string;
        };
        Returns: {
          "author": string;
          "content": string;
          "content_hash": string;
          "content_type": Database["public"]["Enums"]["content_type"];
          "id": string;
          "is_new": boolean;
          "is_user_authored": boolean;
          "metadata": Json;
          "permalink": string;
          "platform": Database["public"]["Enums"]["platform"];
          "revision": number;
          "source_id": string;
          "source_name": string;
          "source_timestamp": string;
          "thread_id": string;
          "title": string;
          "total": number;
        }[];
      };
      "generation_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "heartbeat": { Args: Record<PropertyKey, never>; Returns: undefined };
      "hint_account": {
        Args: {
          "p_accounts": (string)[];
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_provider": Database["public"]["Enums"]["provider"];
        };
        Returns: number;
      };
      "hint_discovery": {
        Args: {
          "p_accounts": (string)[];
          "p_person"?: string;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_source": string;
        };
        Returns: number;
      };
      "hint_live_change": {
        Args: {
          "p_connection": string;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_unit": string;
        };
        Returns: boolean;
      };
      "hold": {
        Args: { "p_lease": string; "p_ticket": number };
        Returns: {
          "attempt": number;
          "cancel_asked": boolean;
          "crashes": number;
          "created_at": string;
          "dedupe_key": string | null;
          "id": number;
          "kind": string;
          "lane": string;
          "last_error": Json | null;
          "lease_token": string | null;
          "lease_until": string | null;
          "payload": NonNullable<Json>;
          "platform": string;
          "priority": number;
          "progress": NonNullable<Json>;
          "progress_at_claim": Json | null;
          "quarantined": boolean;
          "run_at": string;
          "schedule_id": number | null;
          "slot_at": string | null;
          "stalled_turns": number;
          "started_at": string | null;
          "state": Database["public"]["Enums"]["ticket_state"];
          "turn": number;
          "user_id": string | null;
          "waiting_for": Json | null;
        };
        SetofOptions: {
          from: "*";
          to: "work_tickets";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "hold_back": {
        Args: { "p_allowed"?: number; "p_key": string; "p_period_seconds"?: number; "p_seconds": number };
        Returns: undefined;
      };
      "import_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "import_of": { Args: { "p_job": string; "p_user": string }; Returns: Json };
      "imports_of": {
        Args: {
          "p_limit"?: number;
          "p_platform"?: Database["public"]["Enums"]["platform"];
          "p_status"?: Database["public"]["Enums"]["import_status"];
          "p_user": string;
        };
        Returns: Json[];
      };
      "integrations_of": {
        Args: { "p_provider"?: Database["public"]["Enums"]["provider"]; "p_user": string };
        Returns: Json;
      };
      "list_sources": {
        Args: { "p_platform": Database["public"]["Enums"]["platform"]; "p_user": string };
        Returns: Json;
      };
      "live_changes_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "log_activity": {
        Args: {
          "p_event": Database["public"]["Enums"]["activity_event"];
          "p_metadata"?: Json;
          "p_ref"?: string;
          "p_summary": string;
          "p_user": string;
        };
        Returns: number;
      };
      "mark_content_retained": {
        Args: {
          "p_content_ids": (string)[];
          "p_reason": Database["public"]["Enums"]["retained_reason"];
          "p_ref"?: string;
        };
        Returns: number;
      };
      "move_clock": { Args: { "p_ahead": string }; Returns: string };
      "needs_reauth": { Args: { "p_connection": string; "p_reason": string }; Returns: boolean };
      "next_runs": { Args: { "p_count"?: number; "p_deliverable": string; "p_user": string }; Returns: Json };
      "next_slot": {
        Args: { "p_after": string; "p_rule": Database["pipeline"]["CompositeTypes"]["schedule_rule"] };
        Returns: string;
      };
      "now": { Args: Record<PropertyKey, never>; Returns: string };
      "open_oauth_state": {
        Args: {
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_redirect_to": string;
          "p_state_hash": string;
          "p_user": string;
        };
        Returns: string;
      };
      "operations": { Args: Record<PropertyKey, never>; Returns: Json };
      "parse_rule": {
        Args: { "p_anchor"?: string; "p_rule": Json; "p_timezone": string };
        Returns: Database["pipeline"]["CompositeTypes"]["schedule_rule"];
        SetofOptions: {
          from: "*";
          to: "schedule_rule";
          isOneToOne: true;
          isSetofReturn: false;
        };
      };
      "people_named": {
        Args: { "p_connection": string; "p_ids": (string)[] };
        Returns: {
          "external_id": string;
          "name": string;
        }[];
      };
      "preview_deliverable": {
        Args: { "p_deliverable": string; "p_user": string };
        Returns: {
          "joined": boolean;
          "ticket_id": number;
        }[];
      };
      "preview_schedule": {
        Args: { "p_count"?: number; "p_rule": Json; "p_user": string };
        Returns: (string)[];
      };
      "promote_deliverable": {
        Args: { "p_deliverable": string; "p_schedule": Json; "p_user": string };
        Returns: Json;
      };
      "reap": { Args: { "p_limit"?: number }; Returns: number };
      "receive_live_change": {
        Args: {
          "p_accounts": (string)[];
          "p_event_id": string;
          "p_payload": Json;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_unit": string;
        };
        Returns: Json;
      };
      "redeliver_version": { Args: { "p_user": string; "p_version": string }; Returns: Json };
      "redrive": { Args: { "p_ticket": number }; Returns: number };
      "register_sources": {
        Args: {
          "p_connection": string;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_ranked"?: (string)[];
          "p_sources": Json;
        };
        Returns: Database["public"]["Tables"]["sync_registry"]["Row"][];
        SetofOptions: {
          from: "*";
          to: "sync_registry";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "request_import": {
        Args: {
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_scope"?: Json;
          "p_source": string;
          "p_user": string;
        };
        Returns: Json;
      };
      "request_sync": {
        Args: {
          "p_platform"?: Database["public"]["Enums"]["platform"];
          "p_provider": Database["public"]["Enums"]["provider"];
          "p_user": string;
        };
        Returns: Json;
      };
      "reseal_tokens": {
        Args: {
          "p_access_token": string;
          "p_connection": string;
          "p_refresh_token"?: string;
          "p_was": string;
          "p_was_refresh"?: string;
        };
        Returns: boolean;
      };
      "reserve": {
        Args: {
          "p_allowed": number;
          "p_key": string;
          "p_longest_wait_seconds"?: number;
          "p_period_seconds": number;
          "p_units"?: number;
        };
        Returns: number;
      };
      "reserve_spend": {
        Args: {
          "p_cap_usd"?: number;
          "p_model": string;
          "p_purpose": string;
          "p_run_cap_usd"?: number;
          "p_ticket": number;
          "p_usd": number;
          "p_user": string;
        };
        Returns: number;
      };
      "review_version": { Args: { "p_review": Json; "p_user": string; "p_version": string }; Returns: Json };
      "run_deliverable": {
        Args: { "p_deliverable": string; "p_forced"?: boolean; "p_user": string };
        Returns: {
          "joined": boolean;
          "ticket_id": number;
        }[];
      };
      "run_job": { Args: { "p_job": string }; Returns: undefined };
      "run_task": { Args: { "p_forced"?: boolean; "p_task": string; "p_user": string }; Returns: Json };
      "save": {
        Args: { "p_tickets": Json };
        Returns: {
          "cancel_asked": boolean;
          "held": boolean;
          "ticket_id": number;
        }[];
      };
      "schedule": { Args: { "p_limit"?: number }; Returns: number };
      "schedule_sync": { Args: { "p_connection": string }; Returns: undefined };
      "search_platform_content": {
        Args: {
          "p_limit"?: number;
          "p_platforms"?: (Database["public"]["Enums"]["platform"])[];
          "p_query": string;
          "p_retained_only"?: boolean;
          "p_sources"?: (string)[];
          "p_user": string;
        };
        Returns: Database["public"]["CompositeTypes"]["found_content"][];
        SetofOptions: {
          from: "*";
          to: "found_content";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "select_default_sources": {
        Args: { "p_connection": string; "p_platform": Database["public"]["Enums"]["platform"] };
        Returns: number;
      };
      "select_sources": {
        Args: {
          "p_ids": (string)[];
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_user": string;
        };
        Returns: Json;
      };
      "set_schedule": {
        Args: {
          "p_expires_at"?: string;
          "p_if_missed"?: Database["public"]["Enums"]["missed_slot_policy"];
          "p_kind": string;
          "p_paused"?: boolean;
          "p_payload"?: Json;
          "p_platform"?: string;
          "p_rule": Json;
          "p_spread"?: string;
          "p_subject": string;
          "p_user": string;
        };
        Returns: number;
      };
      "settle_spend": {
        Args: {
          "p_cache_read"?: number;
          "p_cache_write"?: number;
          "p_estimated"?: boolean;
          "p_id": number;
          "p_input": number;
          "p_output": number;
          "p_searches"?: number;
          "p_usd": number;
        };
        Returns: undefined;
      };
      "skip_version": {
        Args: {
          "p_lease": string;
          "p_message": string;
          "p_read_until"?: string;
          "p_reason": string;
          "p_ticket": number;
          "p_version_id": string;
        };
        Returns: undefined;
      };
      "source_overview": {
        Args: { "p_sources": (string)[]; "p_until"?: string; "p_user": string };
        Returns: Json;
      };
      "spent_by_run": { Args: { "p_ticket": number }; Returns: number };
      "spent_today": { Args: { "p_user": string }; Returns: number };
      "start_backtest": {
        Args: { "p_deliverable": string; "p_user": string; "p_weeks": number };
        Returns: Json;
      };
      "store_import_page": { Args: { "p_lease": string; "p_page": Json; "p_ticket": number }; Returns: Json };
      "store_live_changes": {
        Args: { "p_event_ids": (string)[]; "p_lease": string; "p_page": Json; "p_ticket": number };
        Returns: Json;
      };
      "store_page": { Args: { "p_lease": string; "p_page": Json; "p_ticket": number }; Returns: Json };
      "store_people": { Args: { "p_connection": string; "p_people": Json }; Returns: number };
      "stored_items": {
        Args: {
          "p_connection": string;
          "p_container": string;
          "p_ids": (string)[];
          "p_platform": Database["public"]["Enums"]["platform"];
        };
        Returns: {
          "deleted": boolean;
          "edited_at": string;
          "item_id": string;
          "metadata": Json;
          "source_timestamp": string;
          "sources": (string)[];
        }[];
      };
      "sweep": { Args: Record<PropertyKey, never>; Returns: Json };
      "sync_health": { Args: { "p_user": string }; Returns: Json[] };
      "sync_now": {
        Args: {
          "p_connection": string;
          "p_platform": Database["public"]["Enums"]["platform"];
          "p_priority"?: number;
        };
        Returns: {
          "joined": boolean;
          "ticket_id": number;
        }[];
      };
      "sync_status": {
        Args: { "p_provider"?: Database["public"]["Enums"]["provider"]; "p_user": string };
        Returns: Json[];
      };
      "sync_unit_ended": {
        Args: {
          "p_error": Json;
          "p_outcome": Database["public"]["Enums"]["ticket_state"];
          "p_ticket": Omit<
            Database["pipeline"]["Tables"]["work_tickets"]["Row"],
            Database["pipeline"]["Tables"]["work_tickets"]["ComputedFields"]
          >;
        };
        Returns: undefined;
      };
      "system_state": {
        Args: { "p_scope"?: string; "p_sources": (string)[]; "p_user": string };
        Returns: Json;
      };
      "system_status": { Args: { "p_user": string }; Returns: Json };
      "take_live_changes": { Args: { "p_lease": string; "p_ticket": number }; Returns: Json };
      "take_oauth_state": {
        Args: { "p_provider": Database["public"]["Enums"]["provider"]; "p_state_hash": string };
        Returns: {
          "expired": boolean;
          "redirect_to": string;
          "user_id": string;
        }[];
      };
      "tick": { Args: Record<PropertyKey, never>; Returns: undefined };
      "token_keys_in_use": {
        Args: Record<PropertyKey, never>;
        Returns: {
          "kid": string;
          "tokens": number;
        }[];
      };
      "tokens_of": {
        Args: { "p_provider": Database["public"]["Enums"]["provider"]; "p_user": string };
        Returns: Json;
      };
      "tokens_to_reseal": {
        Args: { "p_active_kid": string; "p_after"?: string; "p_limit"?: number };
        Returns: {
          "access_token": string;
          "connection_id": string;
          "provider": Database["public"]["Enums"]["provider"];
          "refresh_token": string;
          "user_id": string;
        }[];
      };
      "unsubscribe": { Args: { "p_token": string }; Returns: Json };
      "unsubscription": { Args: { "p_token": string }; Returns: Json };
      "wake": { Args: { "p_max"?: number }; Returns: number };
      "wake_function": { Args: { "p_function": string; "p_quarantined": boolean }; Returns: string };
      "watch_syncs": { Args: Record<PropertyKey, never>; Returns: Json };
      "yield": {
        Args: {
          "p_delay"?: string;
          "p_lease": string;
          "p_progress": Json;
          "p_reason"?: Json;
          "p_ticket": number;
        };
        Returns: string;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      "claimed_ticket": {
        "id": number | null;
        "lease_token": string | null;
        "lease_seconds": number | null;
        "kind": string | null;
        "user_id": string | null;
        "platform": string | null;
        "attempt": number | null;
        "max_attempts": number | null;
        "crashes": number | null;
        "turn": number | null;
        "slot_at": string | null;
        "payload": Json | null;
        "progress": Json | null;
        "now": string | null;
      };
      "schedule_rule": {
        "recurrence": Database["public"]["Enums"]["recurrence"] | null;
        "times": (string)[] | null;
        "weekdays": (number)[] | null;
        "day_of_month": number | null;
        "cron": string | null;
        "once_at": string | null;
        "timezone": string | null;
        "anchor": string | null;
      };
    };
  };
  "public": {
    Tables: {
      "activity_log": {
        Row: {
          "created_at": string;
          "event_ref": string | null;
          "event_type": Database["public"]["Enums"]["activity_event"];
          "id": number;
          "metadata": NonNullable<Json>;
          "summary": string;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "event_ref"?: string | null;
          "event_type": Database["public"]["Enums"]["activity_event"];
          "id"?: never;
          "metadata"?: NonNullable<Json>;
          "summary": string;
          "user_id"?: string | null;
        };
        Update: {
          "created_at"?: string;
          "event_ref"?: string | null;
          "event_type"?: Database["public"]["Enums"]["activity_event"];
          "id"?: never;
          "metadata"?: NonNullable<Json>;
          "summary"?: string;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
      "chat_sessions": {
        Row: {
          "compaction_summary": string | null;
          "ended_at": string | null;
          "id": string;
          "started_at": string;
          "status": Database["public"]["Enums"]["session_status"];
          "summary": string | null;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "compaction_summary"?: string | null;
          "ended_at"?: string | null;
          "id"?: string;
          "started_at"?: string;
          "status"?: Database["public"]["Enums"]["session_status"];
          "summary"?: string | null;
          "updated_at"?: string;
          "user_id": string;
        };
        Update: {
          "compaction_summary"?: string | null;
          "ended_at"?: string | null;
          "id"?: string;
          "started_at"?: string;
          "status"?: Database["public"]["Enums"]["session_status"];
          "summary"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "content_revisions": {
        Row: {
          "author": string | null;
          "content": string;
          "content_hash": string;
          "content_id": string;
          "replaced_at": string;
          "revision": number;
          "title": string | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "author"?: string | null;
          "content": string;
          "content_hash": string;
          "content_id": string;
          "replaced_at"?: string;
          "revision": number;
          "title"?: string | null;
          "user_id": string;
        };
        Update: {
          "author"?: string | null;
          "content"?: string;
          "content_hash"?: string;
          "content_id"?: string;
          "replaced_at"?: string;
          "revision"?: number;
          "title"?: string | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "content_revisions_content_id_fkey";
            columns: ["content_id"];
            isOneToOne: false;
            referencedRelation: "platform_content";
            referencedColumns: ["id"];
          },
        ];
      };
      "content_sources": {
        Row: {
          "content_id": string;
          "source_id": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content_id": string;
          "source_id": string;
          "user_id": string;
        };
        Update: {
          "content_id"?: string;
          "source_id"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "content_sources_content_id_fkey";
            columns: ["content_id"];
            isOneToOne: false;
            referencedRelation: "platform_content";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "content_sources_source_id_fkey";
            columns: ["source_id"];
            isOneToOne: false;
            referencedRelation: "sync_registry";
            referencedColumns: ["id"];
          },
        ];
      };
      "deliverable_backtests": {
        Row: {
          "cost_usd": number;
          "created_at": string;
          "deliverable_id": string;
          "done": number;
          "ended_at": string | null;
          "error": Json | null;
          "id": string;
          "skipped": NonNullable<Json>;
          "slots": (string)[];
          "status": Database["public"]["Enums"]["backtest_status"];
          "ticket_id": number | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cost_usd"?: number;
          "created_at"?: string;
          "deliverable_id": string;
          "done"?: number;
          "ended_at"?: string | null;
          "error"?: Json | null;
          "id"?: string;
          "skipped"?: NonNullable<Json>;
          "slots": (string)[];
          "status"?: Database["public"]["Enums"]["backtest_status"];
          "ticket_id"?: number | null;
          "user_id": string;
        };
        Update: {
          "cost_usd"?: number;
          "created_at"?: string;
          "deliverable_id"?: string;
          "done"?: number;
          "ended_at"?: string | null;
          "error"?: Json | null;
          "id"?: string;
          "skipped"?: NonNullable<Json>;
          "slots"?: (string)[];
          "status"?: Database["public"]["Enums"]["backtest_status"];
          "ticket_id"?: number | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "deliverable_backtests_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_backtests_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
        ];
      };
      "deliverable_destinations": {
        Row: {
          "channel": Database["public"]["Enums"]["delivery_channel"];
          "deliverable_id": string;
          "id": string;
          "options": NonNullable<Json>;
          "target": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "channel": Database["public"]["Enums"]["delivery_channel"];
          "deliverable_id": string;
          "id"?: string;
          "options"?: NonNullable<Json>;
          "target": string;
          "user_id"?: string;
        };
        Update: {
          "channel"?: Database["public"]["Enums"]["delivery_channel"];
          "deliverable_id"?: string;
          "id"?: string;
          "options"?: NonNullable<Json>;
          "target"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "deliverable_destinations_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_destinations_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
        ];
      };
      "deliverable_sources": {
        Row: {
          "deliverable_id": string;
          "source_id": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "deliverable_id": string;
          "source_id": string;
          "user_id"?: string;
        };
        Update: {
          "deliverable_id"?: string;
          "source_id"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "deliverable_sources_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_sources_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_sources_source_id_fkey";
            columns: ["source_id"];
            isOneToOne: false;
            referencedRelation: "sync_registry";
            referencedColumns: ["id"];
          },
        ];
      };
      "deliverable_type_aliases": {
        Row: {
          "alias": string;
          "deliverable_type": string;
        };
        ComputedFields: never;
        Insert: {
          "alias": string;
          "deliverable_type": string;
        };
        Update: {
          "alias"?: string;
          "deliverable_type"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "deliverable_type_aliases_deliverable_type_fkey";
            columns: ["deliverable_type"];
            isOneToOne: false;
            referencedRelation: "deliverable_types";
            referencedColumns: ["deliverable_type"];
          },
        ];
      };
      "deliverable_types": {
        Row: {
          "binding": Database["public"]["Enums"]["binding"];
          "config_schema": NonNullable<Json>;
          "default_config": NonNullable<Json>;
          "deliverable_type": string;
          "description": string;
          "freshness": string;
          "looks_ahead": string;
          "looks_back": boolean;
          "name": string;
          "primary_platform": Database["public"]["Enums"]["platform"] | null;
          "searches_all_sources": boolean;
          "temporal_pattern": Database["public"]["Enums"]["temporal_pattern"];
          "tool_rounds": number;
        };
        ComputedFields: never;
        Insert: {
          "binding": Database["public"]["Enums"]["binding"];
          "config_schema"?: NonNullable<Json>;
          "default_config"?: NonNullable<Json>;
          "deliverable_type": string;
          "description": string;
          "freshness": string;
          "looks_ahead": string;
          "looks_back": boolean;
          "name": string;
          "primary_platform"?: Database["public"]["Enums"]["platform"] | null;
          "searches_all_sources": boolean;
          "temporal_pattern": Database["public"]["Enums"]["temporal_pattern"];
          "tool_rounds": number;
        };
        Update: {
          "binding"?: Database["public"]["Enums"]["binding"];
          "config_schema"?: NonNullable<Json>;
          "default_config"?: NonNullable<Json>;
          "deliverable_type"?: string;
          "description"?: string;
          "freshness"?: string;
          "looks_ahead"?: string;
          "looks_back"?: boolean;
          "name"?: string;
          "primary_platform"?: Database["public"]["Enums"]["platform"] | null;
          "searches_all_sources"?: boolean;
          "temporal_pattern"?: Database["public"]["Enums"]["temporal_pattern"];
          "tool_rounds"?: number;
        };
        Relationships: [];
      };
      "deliverable_versions": {
        Row: {
          "analyst_metadata": Json | null;
          "as_of": string;
          "backtest_id": string | null;
          "corrections": NonNullable<Json>;
          "coverage": NonNullable<Json>;
          "created_at": string;
          "deliverable_id": string;
          "delivered_at": string | null;
          "draft_content": string | null;
          "edit_categories": Json | null;
          "edit_distance_score": number | null;
          "evidence_fingerprint": string | null;
          "failure": Json | null;
          "feedback_notes": string | null;
          "final_content": string | null;
          "generated_at": string | null;
          "id": string;
          "model": string | null;
          "purpose": Database["public"]["Enums"]["version_purpose"];
          "reviewed_at": string | null;
          "scope_until": string | null;
          "status": Database["public"]["Enums"]["version_status"];
          "ticket_id": number | null;
          "usage": NonNullable<Json>;
          "user_id": string;
          "version_number": number | null;
        };
        ComputedFields: never;
        Insert: {
          "analyst_metadata"?: Json | null;
          "as_of"?: string;
          "backtest_id"?: string | null;
          "corrections"?: NonNullable<Json>;
          "coverage"?: NonNullable<Json>;
          "created_at"?: string;
          "deliverable_id": string;
          "delivered_at"?: string | null;
          "draft_content"?: string | null;
          "edit_categories"?: Json | null;
          "edit_distance_score"?: number | null;
          "evidence_fingerprint"?: string | null;
          "failure"?: Json | null;
          "feedback_notes"?: string | null;
          "final_content"?: string | null;
          "generated_at"?: string | null;
          "id"?: string;
          "model"?: string | null;
          "purpose"?: Database["public"]["Enums"]["version_purpose"];
          "reviewed_at"?: string | null;
          "scope_until"?: string | null;
          "status"?: Database["public"]["Enums"]["version_status"];
          "ticket_id"?: number | null;
          "usage"?: NonNullable<Json>;
          "user_id": string;
          "version_number"?: number | null;
        };
        Update: {
          "analyst_metadata"?: Json | null;
          "as_of"?: string;
          "backtest_id"?: string | null;
          "corrections"?: NonNullable<Json>;
          "coverage"?: NonNullable<Json>;
          "created_at"?: string;
          "deliverable_id"?: string;
          "delivered_at"?: string | null;
          "draft_content"?: string | null;
          "edit_categories"?: Json | null;
          "edit_distance_score"?: number | null;
          "evidence_fingerprint"?: string | null;
          "failure"?: Json | null;
          "feedback_notes"?: string | null;
          "final_content"?: string | null;
          "generated_at"?: string | null;
          "id"?: string;
          "model"?: string | null;
          "purpose"?: Database["public"]["Enums"]["version_purpose"];
          "reviewed_at"?: string | null;
          "scope_until"?: string | null;
          "status"?: Database["public"]["Enums"]["version_status"];
          "ticket_id"?: number | null;
          "usage"?: NonNullable<Json>;
          "user_id"?: string;
          "version_number"?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "deliverable_versions_backtest_id_fkey";
            columns: ["backtest_id"];
            isOneToOne: false;
            referencedRelation: "deliverable_backtests";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_versions_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliverable_versions_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
        ];
      };
      "deliverables": {
        Row: {
          "created_at": string;
          "deliverable_type": string;
          "description": string;
          "expires_at": string | null;
          "id": string;
          "last_run_at": string | null;
          "origin": Database["public"]["Enums"]["deliverable_origin"];
          "read_at": string | null;
          "read_sources": (string)[] | null;
          "read_until": string | null;
          "recipient_context": NonNullable<Json>;
          "schedule": Json | null;
          "status": Database["public"]["Enums"]["deliverable_status"];
          "status_reason": string | null;
          "title": string;
          "type_config": NonNullable<Json>;
          "updated_at": string;
          "user_id": string;
          "when_unchanged": Database["public"]["Enums"]["unchanged_policy"];
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "deliverable_type": string;
          "description"?: string;
          "expires_at"?: string | null;
          "id"?: string;
          "last_run_at"?: string | null;
          "origin"?: Database["public"]["Enums"]["deliverable_origin"];
          "read_at"?: string | null;
          "read_sources"?: (string)[] | null;
          "read_until"?: string | null;
          "recipient_context"?: NonNullable<Json>;
          "schedule"?: Json | null;
          "status"?: Database["public"]["Enums"]["deliverable_status"];
          "status_reason"?: string | null;
          "title": string;
          "type_config"?: NonNullable<Json>;
          "updated_at"?: string;
          "user_id"?: string;
          "when_unchanged"?: Database["public"]["Enums"]["unchanged_policy"];
        };
        Update: {
          "created_at"?: string;
          "deliverable_type"?: string;
          "description"?: string;
          "expires_at"?: string | null;
          "id"?: string;
          "last_run_at"?: string | null;
          "origin"?: Database["public"]["Enums"]["deliverable_origin"];
          "read_at"?: string | null;
          "read_sources"?: (string)[] | null;
          "read_until"?: string | null;
          "recipient_context"?: NonNullable<Json>;
          "schedule"?: Json | null;
          "status"?: Database["public"]["Enums"]["deliverable_status"];
          "status_reason"?: string | null;
          "title"?: string;
          "type_config"?: NonNullable<Json>;
          "updated_at"?: string;
          "user_id"?: string;
          "when_unchanged"?: Database["public"]["Enums"]["unchanged_policy"];
        };
        Relationships: [
          {
            foreignKeyName: "deliverables_deliverable_type_fkey";
            columns: ["deliverable_type"];
            isOneToOne: false;
            referencedRelation: "deliverable_types";
            referencedColumns: ["deliverable_type"];
          },
        ];
      };
      "deliveries": {
        Row: {
          "accepted_at": string | null;
          "channel": Database["public"]["Enums"]["delivery_channel"];
          "created_at": string;
          "deliverable_id": string;
          "delivered_at": string | null;
          "error": Json | null;
          "first_sent_at": string | null;
          "id": string;
          "mail_status": Database["public"]["Enums"]["mail_status"] | null;
          "options": NonNullable<Json>;
          "provider_id": string | null;
          "status": Database["public"]["Enums"]["delivery_status"];
          "target": string;
          "user_id": string;
          "version_id": string;
        };
        ComputedFields: never;
        Insert: {
          "accepted_at"?: string | null;
          "channel": Database["public"]["Enums"]["delivery_channel"];
          "created_at"?: string;
          "deliverable_id": string;
          "delivered_at"?: string | null;
          "error"?: Json | null;
          "first_sent_at"?: string | null;
          "id"?: string;
          "mail_status"?: Database["public"]["Enums"]["mail_status"] | null;
          "options"?: NonNullable<Json>;
          "provider_id"?: string | null;
          "status"?: Database["public"]["Enums"]["delivery_status"];
          "target": string;
          "user_id": string;
          "version_id": string;
        };
        Update: {
          "accepted_at"?: string | null;
          "channel"?: Database["public"]["Enums"]["delivery_channel"];
          "created_at"?: string;
          "deliverable_id"?: string;
          "delivered_at"?: string | null;
          "error"?: Json | null;
          "first_sent_at"?: string | null;
          "id"?: string;
          "mail_status"?: Database["public"]["Enums"]["mail_status"] | null;
          "options"?: NonNullable<Json>;
          "provider_id"?: string | null;
          "status"?: Database["public"]["Enums"]["delivery_status"];
          "target"?: string;
          "user_id"?: string;
          "version_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "deliveries_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliveries_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "deliveries_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "deliverable_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "integration_import_jobs": {
        Row: {
          "completed_at": string | null;
          "created_at": string;
          "error": Json | null;
          "id": string;
          "progress": number;
          "progress_details": NonNullable<Json>;
          "result": Json | null;
          "scope": NonNullable<Json>;
          "source_id": string;
          "started_at": string | null;
          "status": Database["public"]["Enums"]["import_status"];
          "ticket_id": number | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "completed_at"?: string | null;
          "created_at"?: string;
          "error"?: Json | null;
          "id"?: string;
          "progress"?: number;
          "progress_details"?: NonNullable<Json>;
          "result"?: Json | null;
          "scope"?: NonNullable<Json>;
          "source_id": string;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["import_status"];
          "ticket_id"?: number | null;
          "user_id": string;
        };
        Update: {
          "completed_at"?: string | null;
          "created_at"?: string;
          "error"?: Json | null;
          "id"?: string;
          "progress"?: number;
          "progress_details"?: NonNullable<Json>;
          "result"?: Json | null;
          "scope"?: NonNullable<Json>;
          "source_id"?: string;
          "started_at"?: string | null;
          "status"?: Database["public"]["Enums"]["import_status"];
          "ticket_id"?: number | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "integration_import_jobs_source_id_fkey";
            columns: ["source_id"];
            isOneToOne: false;
            referencedRelation: "sync_registry";
            referencedColumns: ["id"];
          },
        ];
      };
      "notifications": {
        Row: {
          "context": NonNullable<Json>;
          "created_at": string;
          "email_status": Database["public"]["Enums"]["notification_status"] | null;
          "id": string;
          "message": string;
          "read_at": string | null;
          "urgency": Database["public"]["Enums"]["notification_urgency"];
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "context"?: NonNullable<Json>;
          "created_at"?: string;
          "email_status"?: Database["public"]["Enums"]["notification_status"] | null;
          "id"?: string;
          "message": string;
          "read_at"?: string | null;
          "urgency"?: Database["public"]["Enums"]["notification_urgency"];
          "user_id": string;
        };
        Update: {
          "context"?: NonNullable<Json>;
          "created_at"?: string;
          "email_status"?: Database["public"]["Enums"]["notification_status"] | null;
          "id"?: string;
          "message"?: string;
          "read_at"?: string | null;
          "urgency"?: Database["public"]["Enums"]["notification_urgency"];
          "user_id"?: string;
        };
        Relationships: [];
      };
      "platform_connections": {
        Row: {
          "account_id": string;
          "account_name": string;
          "connected_at": string;
          "id": string;
          "last_synced_at": string | null;
          "metadata": NonNullable<Json>;
          "provider": Database["public"]["Enums"]["provider"];
          "scopes": (string)[];
          "status": Database["public"]["Enums"]["connection_status"];
          "status_reason": string | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "account_id": string;
          "account_name": string;
          "connected_at"?: string;
          "id"?: string;
          "last_synced_at"?: string | null;
          "metadata"?: NonNullable<Json>;
          "provider": Database["public"]["Enums"]["provider"];
          "scopes"?: (string)[];
          "status"?: Database["public"]["Enums"]["connection_status"];
          "status_reason"?: string | null;
          "user_id": string;
        };
        Update: {
          "account_id"?: string;
          "account_name"?: string;
          "connected_at"?: string;
          "id"?: string;
          "last_synced_at"?: string | null;
          "metadata"?: NonNullable<Json>;
          "provider"?: Database["public"]["Enums"]["provider"];
          "scopes"?: (string)[];
          "status"?: Database["public"]["Enums"]["connection_status"];
          "status_reason"?: string | null;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "platform_content": {
        Row: {
          "author": string | null;
          "author_id": string | null;
          "changed_at": string;
          "connection_id": string;
          "container_id": string;
          "content": string;
          "content_hash": string;
          "content_type": Database["public"]["Enums"]["content_type"];
          "deleted_at": string | null;
          "edited_at": string | null;
          "expires_at": string | null;
          "fetched_at": string;
          "id": string;
          "is_user_authored": boolean;
          "item_id": string;
          "metadata": NonNullable<Json>;
          "permalink": string | null;
          "platform": Database["public"]["Enums"]["platform"];
          "retained": boolean;
          "retained_at": string | null;
          "retained_reason": Database["public"]["Enums"]["retained_reason"] | null;
          "retained_ref": string | null;
          "revision": number;
          "source_timestamp": string;
          "stored_at": string;
          "thread_id": string | null;
          "title": string | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "author"?: string | null;
          "author_id"?: string | null;
          "changed_at"?: string;
          "connection_id": string;
          "container_id"?: string;
          "content": string;
          "content_hash": string;
          "content_type": Database["public"]["Enums"]["content_type"];
          "deleted_at"?: string | null;
          "edited_at"?: string | null;
          "expires_at"?: string | null;
          "fetched_at"?: string;
          "id"?: string;
          "is_user_authored"?: boolean;
          "item_id": string;
          "metadata"?: NonNullable<Json>;
          "permalink"?: string | null;
          "platform": Database["public"]["Enums"]["platform"];
          "retained"?: boolean;
          "retained_at"?: string | null;
          "retained_reason"?: Database["public"]["Enums"]["retained_reason"] | null;
          "retained_ref"?: string | null;
          "revision"?: number;
          "source_timestamp": string;
          "stored_at"?: string;
          "thread_id"?: string | null;
          "title"?: string | null;
          "user_id": string;
        };
        Update: {
          "author"?: string | null;
          "author_id"?: string | null;
          "changed_at"?: string;
          "connection_id"?: string;
          "container_id"?: string;
          "content"?: string;
          "content_hash"?: string;
          "content_type"?: Database["public"]["Enums"]["content_type"];
          "deleted_at"?: string | null;
          "edited_at"?: string | null;
          "expires_at"?: string | null;
          "fetched_at"?: string;
          "id"?: string;
          "is_user_authored"?: boolean;
          "item_id"?: string;
          "metadata"?: NonNullable<Json>;
          "permalink"?: string | null;
          "platform"?: Database["public"]["Enums"]["platform"];
          "retained"?: boolean;
          "retained_at"?: string | null;
          "retained_reason"?: Database["public"]["Enums"]["retained_reason"] | null;
          "retained_ref"?: string | null;
          "revision"?: number;
          "source_timestamp"?: string;
          "stored_at"?: string;
          "thread_id"?: string | null;
          "title"?: string | null;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "platform_content_connection_id_fkey";
            columns: ["connection_id"];
            isOneToOne: false;
            referencedRelation: "platform_connections";
            referencedColumns: ["id"];
          },
        ];
      };
      "scheduled_messages": {
        Row: {
          "content": NonNullable<Json>;
          "id": string;
          "message_type": string;
          "reason": string | null;
          "recipient_email": string | null;
          "scheduled_for": string;
          "sent_at": string | null;
          "status": Database["public"]["Enums"]["scheduled_message_status"];
          "subject": string | null;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content"?: NonNullable<Json>;
          "id"?: string;
          "message_type": string;
          "reason"?: string | null;
          "recipient_email"?: string | null;
          "scheduled_for": string;
          "sent_at"?: string | null;
          "status"?: Database["public"]["Enums"]["scheduled_message_status"];
          "subject"?: string | null;
          "user_id": string;
        };
        Update: {
          "content"?: NonNullable<Json>;
          "id"?: string;
          "message_type"?: string;
          "reason"?: string | null;
          "recipient_email"?: string | null;
          "scheduled_for"?: string;
          "sent_at"?: string | null;
          "status"?: Database["public"]["Enums"]["scheduled_message_status"];
          "subject"?: string | null;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "session_messages": {
        Row: {
          "content": string;
          "created_at": string;
          "id": string;
          "metadata": NonNullable<Json>;
          "role": Database["public"]["Enums"]["message_role"];
          "sequence_number": number;
          "session_id": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content": string;
          "created_at"?: string;
          "id"?: string;
          "metadata"?: NonNullable<Json>;
          "role": Database["public"]["Enums"]["message_role"];
          "sequence_number": number;
          "session_id": string;
          "user_id": string;
        };
        Update: {
          "content"?: string;
          "created_at"?: string;
          "id"?: string;
          "metadata"?: NonNullable<Json>;
          "role"?: Database["public"]["Enums"]["message_role"];
          "sequence_number"?: number;
          "session_id"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "session_messages_session_id_fkey";
            columns: ["session_id"];
            isOneToOne: false;
            referencedRelation: "chat_sessions";
            referencedColumns: ["id"];
          },
        ];
      };
      "signal_history": {
        Row: {
          "deliverable_id": string | null;
          "id": string;
          "last_triggered_at": string;
          "metadata": NonNullable<Json>;
          "signal_ref": string;
          "signal_type": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "deliverable_id"?: string | null;
          "id"?: string;
          "last_triggered_at"?: string;
          "metadata"?: NonNullable<Json>;
          "signal_ref": string;
          "signal_type": string;
          "user_id": string;
        };
        Update: {
          "deliverable_id"?: string | null;
          "id"?: string;
          "last_triggered_at"?: string;
          "metadata"?: NonNullable<Json>;
          "signal_ref"?: string;
          "signal_type"?: string;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "signal_history_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "deliverables";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "signal_history_deliverable_id_fkey";
            columns: ["deliverable_id"];
            isOneToOne: false;
            referencedRelation: "tasks";
            referencedColumns: ["id"];
          },
        ];
      };
      "source_snapshots": {
        Row: {
          "cursor": Json | null;
          "external_id": string;
          "item_count": number;
          "name": string;
          "platform": Database["public"]["Enums"]["platform"];
          "source_id": string;
          "source_latest_at": string | null;
          "synced_at": string | null;
          "taken_at": string;
          "user_id": string;
          "version_id": string;
        };
        ComputedFields: never;
        Insert: {
          "cursor"?: Json | null;
          "external_id": string;
          "item_count": number;
          "name": string;
          "platform": Database["public"]["Enums"]["platform"];
          "source_id": string;
          "source_latest_at"?: string | null;
          "synced_at"?: string | null;
          "taken_at"?: string;
          "user_id": string;
          "version_id": string;
        };
        Update: {
          "cursor"?: Json | null;
          "external_id"?: string;
          "item_count"?: number;
          "name"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "source_id"?: string;
          "source_latest_at"?: string | null;
          "synced_at"?: string | null;
          "taken_at"?: string;
          "user_id"?: string;
          "version_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "source_snapshots_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "deliverable_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "sync_passes": {
        Row: {
          "connection_id": string;
          "ended_at": string | null;
          "id": string;
          "items_stored": number;
          "platform": Database["public"]["Enums"]["platform"];
          "sources_done": number;
          "sources_failed": number;
          "sources_total": number;
          "started_at": string;
          "units_ended": number;
          "units_total": number;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "connection_id": string;
          "ended_at"?: string | null;
          "id"?: string;
          "items_stored"?: number;
          "platform": Database["public"]["Enums"]["platform"];
          "sources_done"?: number;
          "sources_failed"?: number;
          "sources_total"?: number;
          "started_at"?: string;
          "units_ended"?: number;
          "units_total"?: number;
          "user_id": string;
        };
        Update: {
          "connection_id"?: string;
          "ended_at"?: string | null;
          "id"?: string;
          "items_stored"?: number;
          "platform"?: Database["public"]["Enums"]["platform"];
          "sources_done"?: number;
          "sources_failed"?: number;
          "sources_total"?: number;
          "started_at"?: string;
          "units_ended"?: number;
          "units_total"?: number;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "sync_passes_connection_id_fkey";
            columns: ["connection_id"];
            isOneToOne: false;
            referencedRelation: "platform_connections";
            referencedColumns: ["id"];
          },
        ];
      };
      "sync_registry": {
        Row: {
          "available": boolean;
          "connection_id": string;
          "discovered_at": string;
          "error": Database["public"]["Enums"]["sync_error"] | null;
          "error_at": string | null;
          "error_message": string | null;
          "external_id": string;
          "failed_ticket_id": number | null;
          "held_deletions": number;
          "id": string;
          "item_count": number;
          "kind": Database["public"]["Enums"]["source_kind"];
          "last_synced_at": string | null;
          "metadata": NonNullable<Json>;
          "name": string;
          "platform": Database["public"]["Enums"]["platform"];
          "progress_percent": number | null;
          "rank": number | null;
          "ready_at": string | null;
          "selected": boolean;
          "selected_by": Database["public"]["Enums"]["selected_by"] | null;
          "source_latest_at": string | null;
          "unit": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "available"?: boolean;
          "connection_id": string;
          "discovered_at"?: string;
          "error"?: Database["public"]["Enums"]["sync_error"] | null;
          "error_at"?: string | null;
          "error_message"?: string | null;
          "external_id": string;
          "failed_ticket_id"?: number | null;
          "held_deletions"?: number;
          "id"?: string;
          "item_count"?: number;
          "kind": Database["public"]["Enums"]["source_kind"];
          "last_synced_at"?: string | null;
          "metadata"?: NonNullable<Json>;
          "name": string;
          "platform": Database["public"]["Enums"]["platform"];
          "progress_percent"?: number | null;
          "rank"?: number | null;
          "ready_at"?: string | null;
          "selected"?: boolean;
          "selected_by"?: Database["public"]["Enums"]["selected_by"] | null;
          "source_latest_at"?: string | null;
          "unit"?: never;
          "user_id": string;
        };
        Update: {
          "available"?: boolean;
          "connection_id"?: string;
          "discovered_at"?: string;
          "error"?: Database["public"]["Enums"]["sync_error"] | null;
          "error_at"?: string | null;
          "error_message"?: string | null;
          "external_id"?: string;
          "failed_ticket_id"?: number | null;
          "held_deletions"?: number;
          "id"?: string;
          "item_count"?: number;
          "kind"?: Database["public"]["Enums"]["source_kind"];
          "last_synced_at"?: string | null;
          "metadata"?: NonNullable<Json>;
          "name"?: string;
          "platform"?: Database["public"]["Enums"]["platform"];
          "progress_percent"?: number | null;
          "rank"?: number | null;
          "ready_at"?: string | null;
          "selected"?: boolean;
          "selected_by"?: Database["public"]["Enums"]["selected_by"] | null;
          "source_latest_at"?: string | null;
          "unit"?: never;
          "user_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "sync_registry_connection_id_fkey";
            columns: ["connection_id"];
            isOneToOne: false;
            referencedRelation: "platform_connections";
            referencedColumns: ["id"];
          },
        ];
      };
      "tiers": {
        Row: {
          "active_deliverables": number | null;
          "calendars": number | null;
          "chat_tokens_per_day": number | null;
          "gmail_labels": number | null;
          "manual_sync_min_interval": string;
          "model_spend_per_day_usd": number;
          "model_spend_per_run_usd": number;
          "notion_rows_per_pass": number;
          "notion_sources": number | null;
          "signal_processing": boolean;
          "slack_channels": number | null;
          "sync_hourly": boolean;
          "sync_min_interval": string;
          "sync_times": (string)[];
          "tier": Database["public"]["Enums"]["tier"];
        };
        ComputedFields: never;
        Insert: {
          "active_deliverables"?: number | null;
          "calendars"?: number | null;
          "chat_tokens_per_day"?: number | null;
          "gmail_labels"?: number | null;
          "manual_sync_min_interval": string;
          "model_spend_per_day_usd": number;
          "model_spend_per_run_usd": number;
          "notion_rows_per_pass": number;
          "notion_sources"?: number | null;
          "signal_processing": boolean;
          "slack_channels"?: number | null;
          "sync_hourly": boolean;
          "sync_min_interval": string;
          "sync_times": (string)[];
          "tier": Database["public"]["Enums"]["tier"];
        };
        Update: {
          "active_deliverables"?: number | null;
          "calendars"?: number | null;
          "chat_tokens_per_day"?: number | null;
          "gmail_labels"?: number | null;
          "manual_sync_min_interval"?: string;
          "model_spend_per_day_usd"?: number;
          "model_spend_per_run_usd"?: number;
          "notion_rows_per_pass"?: number;
          "notion_sources"?: number | null;
          "signal_processing"?: boolean;
          "slack_channels"?: number | null;
          "sync_hourly"?: boolean;
          "sync_min_interval"?: string;
          "sync_times"?: (string)[];
          "tier"?: Database["public"]["Enums"]["tier"];
        };
        Relationships: [];
      };
      "user_context": {
        Row: {
          "confidence": number;
          "created_at": string;
          "id": string;
          "key": string;
          "source": Database["public"]["Enums"]["memory_source"];
          "source_ref": string | null;
          "updated_at": string;
          "user_id": string;
          "value": string;
        };
        ComputedFields: never;
        Insert: {
          "confidence"?: number;
          "created_at"?: string;
          "id"?: string;
          "key": string;
          "source"?: Database["public"]["Enums"]["memory_source"];
          "source_ref"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "value": string;
        };
        Update: {
          "confidence"?: number;
          "created_at"?: string;
          "id"?: string;
          "key"?: string;
          "source"?: Database["public"]["Enums"]["memory_source"];
          "source_ref"?: string | null;
          "updated_at"?: string;
          "user_id"?: string;
          "value"?: string;
        };
        Relationships: [];
      };
      "user_notification_preferences": {
        Row: {
          "email_deliverable_failed": boolean;
          "email_deliverable_ready": boolean;
          "email_suggestion_created": boolean;
          "email_weekly_digest": boolean;
          "email_work_complete": boolean;
          "signal_contact_drift": boolean;
          "signal_meeting_prep": boolean;
          "signal_silence_alert": boolean;
          "updated_at": string;
          "user_id": string;
        };
        ComputedFields: never;
        Insert: {
          "email_deliverable_failed"?: boolean;
          "email_deliverable_ready"?: boolean;
          "email_suggestion_created"?: boolean;
          "email_weekly_digest"?: boolean;
          "email_work_complete"?: boolean;
          "signal_contact_drift"?: boolean;
          "signal_meeting_prep"?: boolean;
          "signal_silence_alert"?: boolean;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Update: {
          "email_deliverable_failed"?: boolean;
          "email_deliverable_ready"?: boolean;
          "email_suggestion_created"?: boolean;
          "email_weekly_digest"?: boolean;
          "email_work_complete"?: boolean;
          "signal_contact_drift"?: boolean;
          "signal_meeting_prep"?: boolean;
          "signal_silence_alert"?: boolean;
          "updated_at"?: string;
          "user_id"?: string;
        };
        Relationships: [];
      };
      "version_citations": {
        Row: {
          "content_hash": string | null;
          "content_id": string | null;
          "corrected_in": string | null;
          "label": string;
          "number": number;
          "permalink": string | null;
          "quote": string;
          "revision": number | null;
          "user_id": string;
          "version_id": string;
        };
        ComputedFields: never;
        Insert: {
          "content_hash"?: string | null;
          "content_id"?: string | null;
          "corrected_in"?: string | null;
          "label": string;
          "number": number;
          "permalink"?: string | null;
          "quote": string;
          "revision"?: number | null;
          "user_id": string;
          "version_id": string;
        };
        Update: {
          "content_hash"?: string | null;
          "content_id"?: string | null;
          "corrected_in"?: string | null;
          "label"?: string;
          "number"?: number;
          "permalink"?: string | null;
          "quote"?: string;
          "revision"?: number | null;
          "user_id"?: string;
          "version_id"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "version_citations_content_id_fkey";
            columns: ["content_id"];
            isOneToOne: false;
            referencedRelation: "platform_content";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "version_citations_corrected_in_fkey";
            columns: ["corrected_in"];
            isOneToOne: false;
            referencedRelation: "deliverable_versions";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "version_citations_version_id_fkey";
            columns: ["version_id"];
            isOneToOne: false;
            referencedRelation: "deliverable_versions";
            referencedColumns: ["id"];
          },
        ];
      };
      "workspaces": {
        Row: {
          "created_at": string;
          "digest_day": number;
          "digest_email": string | null;
          "digest_enabled": boolean;
          "digest_hour": number;
          "digest_timezone": string | null;
          "id": string;
          "name": string;
          "owner_id": string;
          "tier": Database["public"]["Enums"]["tier"];
          "timezone": string;
          "updated_at": string;
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string;
          "digest_day"?: number;
          "digest_email"?: string | null;
          "digest_enabled"?: boolean;
          "digest_hour"?: number;
          "digest_timezone"?: string | null;
          "id"?: string;
          "name"?: string;
          "owner_id": string;
          "tier"?: Database["public"]["Enums"]["tier"];
          "timezone"?: string;
          "updated_at"?: string;
        };
        Update: {
          "created_at"?: string;
          "digest_day"?: number;
          "digest_email"?: string | null;
          "digest_enabled"?: boolean;
          "digest_hour"?: number;
          "digest_timezone"?: string | null;
          "id"?: string;
          "name"?: string;
          "owner_id"?: string;
          "tier"?: Database["public"]["Enums"]["tier"];
          "timezone"?: string;
          "updated_at"?: string;
        };
        Relationships: [
          {
            foreignKeyName: "workspaces_tier_fkey";
            columns: ["tier"];
            isOneToOne: false;
            referencedRelation: "tiers";
            referencedColumns: ["tier"];
          },
        ];
      };
    };
    Views: {
      "deliverable_runs": {
        Row: {
          "created_at": string | null;
          "deliverable_id": string | null;
          "ended_at": string | null;
          "message": string | null;
          "purpose": Database["public"]["Enums"]["version_purpose"] | null;
          "slot_at": string | null;
          "state": Database["public"]["Enums"]["ticket_state"] | null;
          "status": string | null;
          "ticket_id": number | null;
          "user_id": string | null;
          "version_id": string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
      "deliverable_schedules": {
        Row: {
          "deliverable_id": string;
          "expires_at": string | null;
          "last_slot_at": string | null;
          "next_run_at": string | null;
          "timezone": string | null;
          "user_id": string | null;
        };
        ComputedFields: never;
        Insert: {
          "deliverable_id"?: string | null;
          "expires_at"?: string | null;
          "last_slot_at"?: string | null;
          "next_run_at"?: string | null;
          "timezone"?: never;
          "user_id"?: string | null;
        };
        Update: {
          "deliverable_id"?: string | null;
          "expires_at"?: string | null;
          "last_slot_at"?: string | null;
          "next_run_at"?: string | null;
          "timezone"?: never;
          "user_id"?: string | null;
        };
        Relationships: [];
      };
      "tasks": {
        Row: {
          "created_at": string;
          "deliverable_type": string;
          "expires_at": string | null;
          "id": string;
          "origin": Database["public"]["Enums"]["deliverable_origin"];
          "prompt": string;
          "schedule": Json | null;
          "status": Database["public"]["Enums"]["deliverable_status"];
          "title": string;
          "updated_at": string;
          "user_id": string;
          "when_unchanged": Database["public"]["Enums"]["unchanged_policy"];
        };
        ComputedFields: never;
        Insert: {
          "created_at"?: string | null;
          "deliverable_type"?: string | null;
          "expires_at"?: string | null;
          "id"?: string | null;
          "origin"?: Database["public"]["Enums"]["deliverable_origin"] | null;
          "prompt"?: string | null;
          "schedule"?: Json | null;
          "status"?: Database["public"]["Enums"]["deliverable_status"] | null;
          "title"?: string | null;
          "updated_at"?: string | null;
          "user_id"?: string | null;
          "when_unchanged"?: Database["public"]["Enums"]["unchanged_policy"] | null;
        };
        Update: {
          "created_at"?: string | null;
          "deliverable_type"?: string | null;
          "expires_at"?: string | null;
          "id"?: string | null;
          "origin"?: Database["public"]["Enums"]["deliverable_origin"] | null;
          "prompt"?: string | null;
          "schedule"?: Json | null;
          "status"?: Database["public"]["Enums"]["deliverable_status"] | null;
          "title"?: string | null;
          "updated_at"?: string | null;
          "user_id"?: string | null;
          "when_unchanged"?: Database["public"]["Enums"]["unchanged_policy"] | null;
        };
        Relationships: [
          {
            foreignKeyName: "deliverables_deliverable_type_fkey";
            columns: ["deliverable_type"];
            isOneToOne: false;
            referencedRelation: "deliverable_types";
            referencedColumns: ["deliverable_type"];
          },
        ];
      };
      "work_tickets": {
        Row: {
          "attempt": number | null;
          "cancel_asked": boolean | null;
          "crashes": number | null;
          "created_at": string | null;
          "ended_at": string | null;
          "error": Json | null;
          "id": number | null;
          "kind": string | null;
          "platform": string | null;
          "priority": number | null;
          "progress": Json | null;
          "quarantined": boolean | null;
          "result": Json | null;
          "run_at": string | null;
          "slot_at": string | null;
          "started_at": string | null;
          "state": Database["public"]["Enums"]["ticket_state"] | null;
          "turn": number | null;
          "user_id": string | null;
          "waiting_for": Json | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      "search_platform_content": {
        Args: {
          "p_limit"?: number;
          "p_platforms"?: (Database["public"]["Enums"]["platform"])[];
          "p_query": string;
          "p_retained_only"?: boolean;
          "p_sources"?: (string)[];
        };
        Returns: Database["public"]["CompositeTypes"]["found_content"][];
        SetofOptions: {
          from: "*";
          to: "found_content";
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      "sync_health": { Args: Record<PropertyKey, never>; Returns: Json[] };
    };
    Enums: {
      "activity_event":
        | "platform_synced"
        | "signal_processed"
        | "deliverable_scheduled"
        | "deliverable_generated"
        | "deliverable_run"
        | "deliverable_approved"
        | "deliverable_rejected"
        | "memory_written"
        | "session_summary_written"
        | "pattern_detected"
        | "conversation_analyzed"
        | "content_cleanup"
        | "integration_connected"
        | "integration_disconnected"
        | "sources_selected"
        | "chat_session"
        | "scheduler_heartbeat";
      "backtest_status": "running" | "done" | "failed" | "cancelled";
      "binding": "platform_bound" | "cross_platform" | "research" | "hybrid";
      "connection_status": "active" | "needs_reauth";
      "content_type": "message" | "thread_reply" | "email" | "event" | "page";
      "deliverable_origin": "user_configured" | "analyst_suggested" | "signal_emergent" | "task";
      "deliverable_status": "suggested" | "active" | "paused" | "archived";
      "delivery_channel": "email" | "slack";
      "delivery_status": "waiting" | "sending" | "accepted" | "failed";
      "import_status": "pending" | "processing" | "completed" | "failed" | "cancelled";
      "mail_status": "delayed" | "delivered" | "bounced" | "complained";
      "memory_source": "user_stated" | "conversation" | "feedback" | "pattern";
      "message_role": "user" | "assistant";
      "missed_slot_policy": "run_latest" | "skip";
      "notification_status": "pending" | "sent" | "failed" | "suppressed";
      "notification_urgency": "low" | "normal" | "high";
      "platform": "slack" | "gmail" | "calendar" | "notion";
      "provider": "slack" | "google" | "notion";
      "recurrence": "hourly" | "daily" | "weekly" | "biweekly" | "monthly" | "cron" | "once";
      "retained_reason": "deliverable_execution" | "signal_processing" | "chat_session";
      "scheduled_message_status": "pending" | "sent" | "failed" | "skipped";
      "selected_by": "default" | "person";
      "session_status": "active" | "completed" | "archived";
      "source_kind": "channel" | "label" | "calendar" | "page" | "database";
      "sync_condition":
        | "healthy"
        | "pending"
        | "degraded"
        | "failing"
        | "overdue"
        | "nothing_selected"
        | "needs_reauth";
      "sync_error":
        | "needs_reauth"
        | "access_denied"
        | "not_found"
        | "rate_limited"
        | "provider_down"
        | "internal";
      "temporal_pattern": "reactive" | "scheduled" | "on_demand" | "emergent";
      "ticket_state": "queued" | "running" | "done" | "dead" | "cancelled";
      "tier": "free" | "starter" | "pro";
      "unchanged_policy": "skip" | "heartbeat" | "always";
      "version_purpose": "live" | "preview" | "backtest";
      "version_status":
        | "generating"
        | "generated"
        | "delivered"
        | "failed"
        | "suggested"
        | "approved"
        | "rejected";
    };
    CompositeTypes: {
      "found_content": {
        "id": string | null;
        "revision": number | null;
        "platform": Database["public"]["Enums"]["platform"] | null;
        "source_name": string | null;
        "content_type": Database["public"]["Enums"]["content_type"] | null;
        "title": string | null;
        "content": string | null;
        "author": string | null;
        "permalink": string | null;
        "source_timestamp": string | null;
        "retained": boolean | null;
        "score": number | null;
      };
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"]
  )[TableName] extends {
    Row: infer R;
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R;
    } ? R
    : never
  : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Insert: infer I;
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I;
    } ? I
    : never
  : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
    Update: infer U;
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U;
    } ? U
    : never
  : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never;

export const Constants = {
  "pipeline": {
    Enums: {},
  },
  "public": {
    Enums: {
      "activity_event": [
        "platform_synced",
        "signal_processed",
        "deliverable_scheduled",
        "deliverable_generated",
        "deliverable_run",
        "deliverable_approved",
        "deliverable_rejected",
        "memory_written",
        "session_summary_written",
        "pattern_detected",
        "conversation_analyzed",
        "content_cleanup",
        "integration_connected",
        "integration_disconnected",
        "sources_selected",
        "chat_session",
        "scheduler_heartbeat",
      ],
      "backtest_status": ["running", "done", "failed", "cancelled"],
      "binding": ["platform_bound", "cross_platform", "research", "hybrid"],
      "connection_status": ["active", "needs_reauth"],
      "content_type": ["message", "thread_reply", "email", "event", "page"],
      "deliverable_origin": ["user_configured", "analyst_suggested", "signal_emergent", "task"],
      "deliverable_status": ["suggested", "active", "paused", "archived"],
      "delivery_channel": ["email", "slack"],
      "delivery_status": ["waiting", "sending", "accepted", "failed"],
      "import_status": ["pending", "processing", "completed", "failed", "cancelled"],
      "mail_status": ["delayed", "delivered", "bounced", "complained"],
      "memory_source": ["user_stated", "conversation", "feedback", "pattern"],
      "message_role": ["user", "assistant"],
      "missed_slot_policy": ["run_latest", "skip"],
      "notification_status": ["pending", "sent", "failed", "suppressed"],
      "notification_urgency": ["low", "normal", "high"],
      "platform": ["slack", "gmail", "calendar", "notion"],
      "provider": ["slack", "google", "notion"],
      "recurrence": ["hourly", "daily", "weekly", "biweekly", "monthly", "cron", "once"],
      "retained_reason": ["deliverable_execution", "signal_processing", "chat_session"],
      "scheduled_message_status": ["pending", "sent", "failed", "skipped"],
      "selected_by": ["default", "person"],
      "session_status": ["active", "completed", "archived"],
      "source_kind": ["channel", "label", "calendar", "page", "database"],
      "sync_condition": [
        "healthy",
        "pending",
        "degraded",
        "failing",
        "overdue",
        "nothing_selected",
        "needs_reauth",
      ],
      "sync_error": [
        "needs_reauth",
        "access_denied",
        "not_found",
        "rate_limited",
        "provider_down",
        "internal",
      ],
      "temporal_pattern": ["reactive", "scheduled", "on_demand", "emergent"],
      "ticket_state": ["queued", "running", "done", "dead", "cancelled"],
      "tier": ["free", "starter", "pro"],
      "unchanged_policy": ["skip", "heartbeat", "always"],
      "version_purpose": ["live", "preview", "backtest"],
      "version_status": [
        "generating",
        "generated",
        "delivered",
        "failed",
        "suggested",
        "approved",
        "rejected",
      ],
    },
  },
} as const;
