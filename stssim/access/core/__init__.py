"""All that knows moto's insides: building its requests, dispatch, state, clock and faults; and what exists in it."""
