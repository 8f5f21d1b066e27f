"""Lower bounds by prices of time, at any size: no plan costs less, whatever was or was not found.

Of each request one task counts, its anchor; of what the anchor takes, what lies on busy resources is priced. `blocks` has
what every start of it costs at least, `market` what the resources ask, `master` proposes prices, `pricing` keeps the best,
`queues` says who waits for whom, `scale` puts the bounds of all queues together.
"""
